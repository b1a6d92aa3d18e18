import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { takeOver } from './leftovers.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchwork-leftovers-'));
const file = join(folder, 'processes.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process that lives until it is ended. */
function sleeper() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { pid: child.pid ?? 0, ended, child };
}

it('ends what an earlier start left running', async () => {
  const { pid, ended } = sleeper();
  (await takeOver(file, folder, () => undefined)).note('agent', pid);
  const said: string[] = [];
  await takeOver(file, folder, (line) => said.push(line));
  await ended;
  expect(said).toEqual([`ending agent (process ${pid}), left over from an earlier start`]);
});

it('spares a stranger who has the same pid, or belongs to another folder', async () => {
  const { pid, ended, child } = sleeper();
  (await takeOver(file, folder, () => undefined)).note('agent', pid);
  const [entry] = JSON.parse(readFileSync(file, 'utf8'));
  const said: string[] = [];
  for (const change of [{ startTime: '1' }, { folder: '/elsewhere' }]) {
    writeFileSync(file, JSON.stringify([{ ...entry, ...change }]));
    await takeOver(file, folder, (line) => said.push(line));
  }
  expect(said).toEqual([]);
  expect(child.exitCode).toBeNull();
  child.kill();
  await ended;
});

it('makes nothing of a list that was cut off while it was written', async () => {
  writeFileSync(file, '[{"name": "agent", "pid": 12');
  await expect(takeOver(file, folder, () => undefined)).resolves.toBeDefined();
});
