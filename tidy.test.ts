import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listedNames } from './scripts/tidy/docs-list.ts';
import { installedPackages, isAllowed } from './scripts/tidy/licences.ts';
import { sourceFiles } from './scripts/tidy/source-files.ts';
import { findOwnClockOrChance } from './scripts/tidy/sql.ts';

// What neither Biome nor knip can hold. Each check answers with the list of what is wrong, so that a failure
// names every place at once.

const root = import.meta.dirname;
const linesMax = 300;
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const biomeJson = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));

/** Lists in the docs that must name exactly what the source has: document, heading, names from the source. */
const documentedLists: [document: string, heading: string, names: () => string[]][] = [
  ['CONTRIBUTING.md', 'Commands', () => Object.keys(packageJson.scripts)],
];

test(`a file above ${linesMax} lines says at its top why`, () => {
  const long = sourceFiles('**/*.{ts,tsx,mjs,js,sql,css,html}', '.ci/*').filter(({ text }) => {
    const lines = text.trimEnd().split('\n');
    return lines.length > linesMax && !/Long because \w+/.test(lines.slice(0, 5).join('\n'));
  });
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('SQL takes time, ids and chance as parameters', () => {
  const files = sourceFiles('**/*.sql', 'server/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'));
  expect(files.flatMap(findOwnClockOrChance)).toEqual([]);
});

test('every installed package has a licence that we allow', () => {
  const packages = installedPackages();
  expect(packages.length).toBeGreaterThan(100);
  const wrong = packages.filter(({ licence }) => !isAllowed(licence));
  expect(wrong.map(({ name, version, licence }) => `${name}@${version}: ${licence ?? 'no licence'}`)).toEqual(
    [],
  );
});

test('no file names a folder of a developer’s machine', () => {
  // Only from the root on: `./home/main.tsx` is a folder of ours.
  const folders = /(?<![\w.}])(?:\/(?:home|Users)\/[a-z]|\/root\/[a-z.]|\/work\/)/i;
  const files = sourceFiles(
    '**/*.{ts,tsx,mjs,js,json,sql,css,html,md,yaml,yml,sh,grit}',
    '.ci/*',
    '.gitignore',
  );
  const wrong = files.filter(
    ({ path, text }) => path !== 'tidy.test.ts' && (folders.test(text) || text.includes(root)),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('the files that may use clock and chance are the same for both Biome rules', () => {
  const [plugin] = biomeJson.plugins;
  const globals = biomeJson.overrides.find(
    (override: { linter?: { rules?: { style?: { noRestrictedGlobals?: string } } } }) =>
      override.linter?.rules?.style?.noRestrictedGlobals === 'off',
  );
  expect(plugin.includes).toEqual(['**', ...globals.includes.map((glob: string) => `!${glob}`)]);
});

describe('the documents', () => {
  const documents = sourceFiles('*.md', 'docs/**/*.md');

  test('name only commands that exist', () => {
    const wrong = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)]
        .map(([, script, short]) => script ?? short ?? '')
        .filter((script) => !Object.hasOwn(packageJson.scripts, script))
        .map((script) => `${path}: npm run ${script}`),
    );
    expect(wrong).toEqual([]);
  });

  test('link only to files that exist', () => {
    const wrong = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test.each(documentedLists)('%s, "%s" lists what the source has', (document, heading, names) => {
    const listed = listedNames(readFileSync(join(root, document), 'utf8'), heading);
    expect([...listed].sort()).toEqual(names().sort());
  });
});
