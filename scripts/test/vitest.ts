import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runShown } from './run-program.ts';
import { type Tally, tallyVitest, type VitestReport } from './tally.ts';

/** Runs Vitest once with the given arguments and takes the figures from its own report. */
export async function runVitest(args: string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'latchwork-test-'));
  const report = join(folder, 'report.json');
  try {
    const status = await runShown(process.execPath, [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...args,
    ]);
    return tallyVitest(readReport(report), status === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}
