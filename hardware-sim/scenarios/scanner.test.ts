import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, inject } from 'vitest';
import { type ScannerHarness, scannerContract } from '../../agent/contracts/scanner.contract.ts';
import { type ScanEnd, startCabinet } from '../index.ts';
import { patientScanner } from './patient-scanner.ts';

/** As fast as scanners go, since a scan of 2,000 characters takes its time on the wire. */
const BAUD = 115_200;

function simulated(kind: 'tcp' | 'pty', end: ScanEnd) {
  return async (): Promise<ScannerHarness> => {
    const dir = await mkdtemp(join(tmpdir(), 'lw-scan-'));
    const cabinet = await startCabinet({ dir, lockLine: 'tcp', scannerLine: kind, baud: BAUD });
    const scanner = patientScanner(cabinet.scannerLine, BAUD);
    return {
      scanner,
      show: (text) => void cabinet.scan(text, { end }),
      unplug: (on) => void cabinet.changeLineFaults({ line: 'scanner', unplugged: on }),
      until: (promise) => promise,
      dispose: async () => {
        await scanner.stop();
        await cabinet.stop();
        await rm(dir, { recursive: true, force: true });
      },
    };
  };
}

scannerContract('simulated scanner over TCP, CR', simulated('tcp', 'CR'));
describe.skipIf(!inject('tools').socat)('over a pty', () => {
  scannerContract('simulated scanner over a pty, CRLF', simulated('pty', 'CRLF'));
});
