import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { putInPlace } from './put-in-place.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchwork-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('takes the place of what was there, or of nothing', () => {
  const folder = temporaryFolder();
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, name), '');
    putInPlace(join(folder, name), join(folder, 'dist'));
    expect(readdirSync(folder)).toEqual(['dist']);
    expect(readdirSync(join(folder, 'dist'))).toEqual([name]);
  }
});

test('processes that build at once all end well, and one of their builds is there as a whole', async () => {
  const folder = temporaryFolder();
  const build = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    import { putInPlace } from ${JSON.stringify(join(import.meta.dirname, 'put-in-place.ts'))};
    for (let n = 0; n < 30; n += 1) {
      const fresh = \`fresh-\${process.pid}-\${n}\`;
      mkdirSync(fresh);
      for (let file = 0; file < 50; file += 1) writeFileSync(\`\${fresh}/\${file}\`, fresh);
      putInPlace(fresh, 'dist');
    }`;
  const run = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', build], { cwd: folder });
  await Promise.all([run(), run()]);
  expect(readdirSync(folder)).toEqual(['dist']);
  const dist = join(folder, 'dist');
  expect(readdirSync(dist)).toHaveLength(50);
  expect(new Set(readdirSync(dist).map((name) => readFileSync(join(dist, name), 'utf8'))).size).toBe(1);
});
