import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { profileEntries } from '../lock-board/profiles.ts';
import { CabinetFile } from './cabinet-file.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/wire.md'), 'utf8');
const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json = '']) => JSON.parse(json));
const profiles = profileEntries.map((entry) => entry.shape.profile.value);

test.each(examples)('an example of docs/wire.md is a cabinet file: %#', (example) => {
  expect(CabinetFile.safeParse(example).error).toBeUndefined();
});

test('docs/wire.md has an example and a row for each profile, and no others', () => {
  const shown = examples.flatMap((example) =>
    example.boards.map((board: { profile: string }) => board.profile),
  );
  expect([...new Set(shown)].sort()).toEqual([...profiles].sort());
  const listed = [...page.matchAll(/^\| `([\w-]+)` \|.*\|.*\|.*\|$/gm)].map(([, name]) => name);
  expect(listed.filter((name) => !['gpiod', 'onoff', 'auto'].includes(name ?? '')).sort()).toEqual(
    [...profiles].sort(),
  );
});
