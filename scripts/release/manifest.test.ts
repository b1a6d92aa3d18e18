import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nameAfterContent, writeManifest } from './manifest.ts';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'lw-manifest-'));
  mkdirSync(join(tree, 'node_modules/.pnpm/one'), { recursive: true });
  writeFileSync(join(tree, 'node_modules/.pnpm/one/index.js'), '1');
  symlinkSync('.pnpm/one', join(tree, 'node_modules/one'));
  writeFileSync(join(tree, 'main.ts'), '2');
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(tree, name), 'utf8');
function release(): string {
  writeManifest(tree);
  return nameAfterContent(tree, '1.2.3', 'arm64');
}

it('lists every file once, hidden ones too, and every link apart, as sha256sum reads it', () => {
  writeManifest(tree);
  const paths = read('MANIFEST')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('  ')[1]);
  expect(paths).toEqual(['LINKS', 'main.ts', 'node_modules/.pnpm/one/index.js']);
  expect(read('LINKS')).toBe('node_modules/one\t.pnpm/one\n');
  execFileSync('sha256sum', ['--check', '--quiet', '--strict', 'MANIFEST'], { cwd: tree });
});

it('names a release after all of its content', () => {
  const first = release();
  expect(first).toMatch(/^1\.2\.3-arm64-[0-9a-f]{12}$/);
  writeFileSync(join(tree, 'VERSION'), `${first}\n`);
  expect(release()).toBe(first);
  symlinkSync('one', join(tree, 'node_modules/two'));
  const second = release();
  appendFileSync(join(tree, 'main.ts'), ' ');
  expect(new Set([first, second, release()]).size).toBe(3);
});
