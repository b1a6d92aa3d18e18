import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';

const Line = z.strictObject({
  check: z.string(),
  steps: z.array(
    z.strictObject({ walk: z.string(), step: z.string(), ok: z.boolean(), seconds: z.number() }),
  ),
});

it('npm start -- --check walks over TCP, over WebSocket and with the network cut', async () => {
  const main = resolve(import.meta.dirname, '../start/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--check'], { timeout: 240_000 });
  const { check, steps } = Line.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  expect(check).toBe('ok');
  expect(steps.every(({ ok }) => ok)).toBe(true);
  expect(steps.filter(({ step }) => step === 'server and locker agree')).toHaveLength(3);
  expect(steps.map(({ step }) => step)).toContain('network cut');
});
