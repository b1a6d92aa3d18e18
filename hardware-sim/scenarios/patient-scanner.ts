import { lineFromUrl, lineScanner, realClock } from '@latchwork/agent';

/**
 * The agent's scanner on a simulated line. The simulated one ends each scan with a sign, and what is silence on the line
 * may be a busy machine's own, so that ends none.
 */
export function patientScanner(url: string, baudRate: number): ReturnType<typeof lineScanner> {
  const clock = realClock();
  return lineScanner(lineFromUrl(url, { baudRate, clock }), clock, { silenceMs: 10_000 });
}
