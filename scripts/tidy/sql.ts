import type { SourceFile } from './source-files.ts';

/** What a database would answer from its own clock or its own chance. */
const ownClockOrChance = [
  /\b(?:now|random|random_normal|gen_random_uuid|gen_random_bytes|uuidv4|uuidv7|uuid_generate_v\w+)\s*\(/i,
  /\b(?:clock|statement|transaction)_timestamp\s*\(|\btimeofday\s*\(/i,
  /\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b/i,
  /\b(?:randomblob|unixepoch|julianday)\s*\(|'now'/i,
];
const statement = /^\s*(?:select|insert|update|delete|with|merge|create|alter|do)\b/i;
const sqlTag = /\bsql(?:<[^`]*>)?(?:\.\w+)?$/;
const quoted = /'((?:[^'\\\n]|\\.)*)'/g;

/**
 * Time and ids are parameters of every statement, so that a simulation decides them and a replay repeats them.
 * Looks at SQL files whole, and in TypeScript at sql`` templates and at strings that begin like a statement.
 * @returns one line for each use, `path: the SQL around it`
 */
export function findOwnClockOrChance({ path, text }: SourceFile): string[] {
  const pieces = path.endsWith('.sql') ? [text] : embeddedSql(text);
  return pieces
    .flatMap((sql) => withoutComments(sql).split('\n'))
    .filter((line) => ownClockOrChance.some((pattern) => pattern.test(line)))
    .map((line) => `${path}: ${line.trim()}`);
}

function embeddedSql(text: string): string[] {
  const strings = [...text.matchAll(quoted)].map(([, body]) => ({ tagged: false, body: body ?? '' }));
  return [...templates(text), ...strings]
    .filter(({ tagged, body }) => tagged || statement.test(body))
    .map(({ body }) => body);
}

/** Every template of a TypeScript file without what `${}` puts in, which may hold templates of its own. */
function templates(text: string): { tagged: boolean; body: string }[] {
  const found: { tagged: boolean; body: string }[] = [];
  const open: ({ tagged: boolean; body: string } | { braces: number })[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    const inner = open.at(-1);
    if (inner !== undefined && 'body' in inner) {
      if (character === '\\') at += 1;
      else if (character === '`') {
        found.push(inner);
        open.pop();
      } else if (text.startsWith('${', at)) open.push({ braces: 0 });
      else inner.body += character;
    } else if (character === '`') {
      open.push({ tagged: sqlTag.test(text.slice(Math.max(0, at - 100), at)), body: '' });
    } else if (inner !== undefined) {
      // The brace of `${` itself counts as the first.
      if (character === '{') inner.braces += 1;
      else if (character === '}') inner.braces -= 1;
      if (inner.braces === 0) open.pop();
    }
  }
  return found;
}

function withoutComments(sql: string): string {
  return sql.replace(/\/\*[\s\S]*?\*\//g, '').replace(/--[^\n]*/g, '');
}
