import { createHash } from 'node:crypto';

/** Lines kept for a person to read; the digest covers all there ever were. */
const linesMax = 200;

/** What happened in a world, in order, with its time: read after a failure, and compared to prove that a seed replays. */
export interface Trace {
  add(line: string): void;
  /** The last ones, oldest first. */
  lines(): readonly string[];
  /** Over every line so far. */
  digest(): string;
}

/** @param nowMs milliseconds since the world began */
export function createTrace(nowMs: () => number): Trace {
  const hash = createHash('sha256');
  const last: string[] = [];
  return {
    add(text) {
      const line = `${clockTime(nowMs())} ${text}`;
      hash.update(line).update('\n');
      last.push(line);
      if (last.length > linesMax) last.shift();
    },
    lines: () => last,
    digest: () => hash.copy().digest('base64url'),
  };
}

/** `01:02:03.004` */
function clockTime(ms: number): string {
  const part = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0');
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}
