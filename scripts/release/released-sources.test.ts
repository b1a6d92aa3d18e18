import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../test/run-program.ts';
import { releasedSources } from './released-sources.ts';

const released = releasedSources();

it('has all that the sources in it import', () => {
  const sources = released.filter((path) => path.endsWith('.ts'));
  expect(sources).toContain('agent/main.ts');
  const missing = sources.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)]
      .map(([, target = '']) => join(dirname(path), target))
      // A type is gone before Node looks for it.
      .filter((target) => existsSync(join(root, target)) && !released.includes(target))
      .map((target) => `${path}: ${target}`),
  );
  expect(missing).toEqual([]);
});

it('has the migrations, and nothing that only stands in for the world or tests it', () => {
  expect(released).toContain('agent/migrations/0001-first.sql');
  expect(released).toContain('shared/index.ts');
  expect(released.filter((path) => /\.test\.|testing|^(server|hardware-sim|scripts)\//.test(path))).toEqual(
    [],
  );
  expect(released.filter((path) => path.includes('node_modules'))).toEqual([]);
});
