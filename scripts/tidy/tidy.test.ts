import { describe, expect, test } from 'vitest';
import { listedNames } from './docs-list.ts';
import { isAllowed } from './licences.ts';
import { findOwnClockOrChance } from './sql.ts';

describe('findOwnClockOrChance', () => {
  const inSql = (text: string) => findOwnClockOrChance({ path: 'a.sql', text });
  const inTypeScript = (text: string) => findOwnClockOrChance({ path: 'a.ts', text });

  test.each([
    'id uuid DEFAULT gen_random_uuid()',
    'at timestamptz default NOW ()',
    'select random()',
    'update a set at = current_timestamp',
    "select datetime('now')",
    'SELECT clock_timestamp()',
  ])('finds: %s', (sql) => expect(inSql(sql)).toEqual([`a.sql: ${sql}`]));

  test.each(['select known(1)', '-- now() is not used', '/* random() */ select 1', 'is_current_timestamped'])(
    'leaves alone: %s',
    (sql) => expect(inSql(sql)).toEqual([]),
  );

  test('looks into templates and statements in TypeScript, and nowhere else', () => {
    expect(inTypeScript('await sql<Row>`insert into a\n values (now())`.execute(db)')).toEqual([
      'a.ts: values (now())',
    ]);
    expect(inTypeScript("client.query('select now()')")).toEqual(['a.ts: select now()']);
    expect(inTypeScript('client.query(`update a set at = now()`)')).toHaveLength(1);
    expect(inTypeScript("clock.now(); 'now()'; random()")).toEqual([]);
  });

  test('leaves alone what a template puts in from outside, also around templates within it', () => {
    const outer = (inner: string) =>
      inTypeScript(`sql\`select \${{ a: ${inner} }} from now_b\`; clock.now()`);
    expect(outer('clock.now()')).toEqual([]);
    expect(outer('sql`select 1`')).toEqual([]);
    expect(outer('sql`select now()`')).toEqual(['a.ts: select now()']);
  });
});

describe('isAllowed', () => {
  test.each(['MIT', '(MIT OR EUPL-1.1+)', 'MIT OR Apache-2.0', 'MIT AND ISC', '(MIT AND ISC)'])(
    '%s',
    (licence) => expect(isAllowed(licence)).toBe(true),
  );
  test.each([undefined, 'GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN LICENSE.md', 'UNLICENSED', 'toString'])(
    'not: %s',
    (licence) => expect(isAllowed(licence)).toBe(false),
  );
});

describe('listedNames', () => {
  const markdown =
    '# A\n\n- `one`, and `not this`\n- `two`: x\n\n## B\n| Name | x |\n|---|---|\n| `three` | `y` |\n';

  test('reads bullets and table rows under one heading', () => {
    expect(listedNames(markdown, 'A')).toEqual(['one', 'two']);
    expect(listedNames(markdown, 'B')).toEqual(['three']);
  });

  test('a heading that is gone, or that lists nothing, is an error and not an empty list', () => {
    expect(() => listedNames(markdown, 'C')).toThrow('no heading "C"');
    expect(() => listedNames('# A\ntext', 'A')).toThrow('nothing is listed');
  });
});
