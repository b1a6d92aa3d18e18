import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPages } from './pages.ts';
import { root } from './test/run-program.ts';

describe('building the pages', () => {
  let project: string;
  let page: string;
  const said: string[] = [];

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'latchwork-pages-'));
    page = join(project, 'page');
    mkdirSync(page);
    symlinkSync(join(root, 'hardware-sim/node_modules'), join(project, 'node_modules'));
    writeFileSync(join(project, 'pnpm-lock.yaml'), 'lockfileVersion: 1\n');
    writeFileSync(join(page, 'index.html'), '<script type="module" src="./main.ts"></script>');
    writeFileSync(join(page, 'main.ts'), 'document.title = "one";\n');
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  const build = (force = false) =>
    buildPages({ force, root: project, folders: ['page'], say: (line) => said.push(line) });
  const script = () => {
    const assets = join(page, 'dist/assets');
    return readdirSync(assets)
      .map((name) => readFileSync(join(assets, name), 'utf8'))
      .join();
  };

  test('passes over a folder that has no configuration yet', async () => {
    expect(await build()).toEqual([]);
    expect(existsSync(join(page, 'dist'))).toBe(false);
  });

  test('builds once, and again only when a source or the lockfile changed', async () => {
    writeFileSync(join(page, 'vite.config.ts'), 'export default { base: "./" };\n');
    expect(await build()).toEqual(['page']);
    expect(script()).toContain('one');
    expect(said).toEqual(['building the pages of page']);
    expect(await build()).toEqual([]);

    writeFileSync(join(page, 'main.test.ts'), '');
    expect(await build()).toEqual([]);

    writeFileSync(join(page, 'main.ts'), 'document.title = "two";\n');
    expect(await build()).toEqual(['page']);
    expect(script()).toContain('two');

    writeFileSync(join(project, 'pnpm-lock.yaml'), 'lockfileVersion: 2\n');
    expect(await build()).toEqual(['page']);
    expect(await build(true)).toEqual(['page']);
  });

  test('keeps the last good build when the next one fails, says why, and leaves nothing else', async () => {
    writeFileSync(join(page, 'main.ts'), 'import "./nowhere.ts";\n');
    await expect(build()).rejects.toThrow('nowhere.ts');
    expect(script()).toContain('two');
    expect(readdirSync(page).filter((name) => name.startsWith('.dist-'))).toEqual([]);

    writeFileSync(join(page, 'main.ts'), 'document.title = "three";\n');
    expect(await build()).toEqual(['page']);
  });

  test('two builds at once both end well', async () => {
    await expect(Promise.all([build(true), build(true)])).resolves.toEqual([['page'], ['page']]);
    expect(script()).toContain('three');
    expect(await build()).toEqual([]);
  });
});
