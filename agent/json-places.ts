import { type AnyNode, type MemberNode, type ObjectNode, parse, type ValueNode } from '@humanwhocodes/momoa';
import type { Finding, JsonPath } from './adapters/doors/finding.ts';

/** Findings as compilers write them: `cabinet.json:41: slots[3].channel: there is no such channel`. In order of lines. */
export function describeFindings(file: string, text: string, findings: readonly Finding[]): string[] {
  const root = rootOf(text);
  return findings
    .map(({ path, message }) => ({ line: root && lineOf(root, path), path: pathWords(path), message }))
    .toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0))
    .map(({ line, path, message }) =>
      [line === undefined ? file : `${file}:${line}`, path, message].filter(Boolean).join(': '),
    );
}

/** Where a text stops being JSON; undefined where it does not. */
export function brokenAt(text: string): { line: number; column: number } | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    const { line, column } = error as { line?: unknown; column?: unknown };
    return typeof line === 'number' && typeof column === 'number' ? { line, column } : undefined;
  }
}

/** Each name that its object has already: a reader would take the last and forget the others. */
export function repeatedNames(text: string): Finding[] {
  const root = rootOf(text);
  return root === undefined ? [] : repeatedIn(root, []);
}

function repeatedIn(value: ValueNode, path: JsonPath): Finding[] {
  if (value.type === 'Array')
    return value.elements.flatMap((element, at) => repeatedIn(element.value, [...path, at]));
  if (value.type !== 'Object') return [];
  const names = value.members.map(nameOf);
  const again = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return [
    ...again.map((name) => ({ path: [...path, name], message: `${name} is given twice` })),
    ...value.members.flatMap((member) => repeatedIn(member.value, [...path, nameOf(member)])),
  ];
}

function rootOf(text: string): ValueNode | undefined {
  try {
    return parse(text).body;
  } catch {
    return undefined;
  }
}

/** The line of the field, or of the nearest that holds it where it is missing. */
function lineOf(root: ValueNode, path: JsonPath): number {
  let value = root;
  let found: AnyNode = root;
  for (const step of path) {
    const member = value.type === 'Object' ? memberOf(value, step) : undefined;
    const next: ValueNode | undefined =
      member?.value ?? (value.type === 'Array' ? value.elements[Number(step)]?.value : undefined);
    if (next === undefined) break;
    value = next;
    found = member ?? next;
  }
  return found.loc.start.line;
}

/** Of a name given twice, the last counts, as it does for the reader. */
function memberOf({ members }: ObjectNode, name: PropertyKey) {
  return members.findLast((member) => nameOf(member) === String(name));
}

function nameOf({ name }: MemberNode): string {
  return name.type === 'String' ? name.value : name.name;
}

function pathWords(path: JsonPath): string {
  return path.reduce<string>((words, step) => {
    if (typeof step === 'number') return `${words}[${step}]`;
    return words === '' ? String(step) : `${words}.${String(step)}`;
  }, '');
}
