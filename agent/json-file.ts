import type { z } from 'zod';
import type { Finding } from './adapters/doors/finding.ts';
import { brokenAt, describeFindings, repeatedNames } from './json-places.ts';

export type JsonFile<T> =
  | { ok: true; data: T }
  /** Where the text is no JSON there are no words but that it is not, since its own may be a key. */
  | { ok: false; json: boolean; errors: string[] };

/** Reads a JSON text by its schema; each error names the line and the field, as `cabinet.json:41: slots[3].channel: …`. */
export function parseJsonFile<T>(file: string, text: string, schema: z.ZodType<T>): JsonFile<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const place = brokenAt(text);
    const where = place === undefined ? '' : `, from line ${place.line}, column ${place.column} on`;
    return { ok: false, json: false, errors: [`${file} is not JSON${where}`] };
  }
  const repeated = repeatedNames(text);
  if (repeated.length > 0) return { ok: false, json: true, errors: describeFindings(file, text, repeated) };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, data: parsed.data };
  return { ok: false, json: true, errors: describeFindings(file, text, findingsOf(parsed.error)) };
}

type Issue = z.core.$ZodIssue;

function findingsOf({ issues }: z.ZodError): Finding[] {
  return issues.flatMap((issue) => unfold(issue, []));
}

function unfold(issue: Issue, before: readonly PropertyKey[]): Finding[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such field' }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // What it was meant to be is the alternative of the right kind, which is wrong further inside.
    const meant = issue.errors.find((errors) => !errors.some(({ path: { length } }) => length === 0));
    if (meant !== undefined) return meant.flatMap((inner) => unfold(inner, path));
  }
  return [{ path, message: issue.message }];
}
