import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, test, vi } from 'vitest';
import { createTestDatabase } from './testing.ts';

test('copies of the template are made at once by several workers', async () => {
  const copies = await Promise.all(Array.from({ length: 4 }, () => createTestDatabase(inject('postgres'))));
  expect(new Set(copies.map(({ name }) => name)).size).toBe(4);
  for (const copy of copies) {
    const { rows } = await copy.pool.query('select count(*) > 0 as migrated from schema_migration');
    expect(rows).toEqual([{ migrated: true }]);
  }
  await Promise.all(copies.map((copy) => copy.drop()));
});

test('the cluster of a killed test run ends and removes itself', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'killed-'));
  const script = `
    import { startTestCluster } from ${JSON.stringify(new URL('./testing.ts', import.meta.url))};
    const { socketFolder } = await startTestCluster({ fsync: 'off', migrations: process.env.MIGRATIONS });
    console.log(socketFolder);`;
  const run = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { MIGRATIONS: folder, TMPDIR: tmpdir() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [socketFolder] = await once(createInterface({ input: run.stdout }), 'line');
  expect(await readdir(socketFolder)).toContain('.s.PGSQL.5432');
  run.kill('SIGKILL');
  await vi.waitFor(() => expect(stat(path.dirname(socketFolder))).rejects.toThrow('ENOENT'), 30_000);
  await rm(folder, { recursive: true });
});
