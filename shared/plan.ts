import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Hash, PlanDigests } from './messages.ts';
import { type PlanBody, type PlanKind, planBodies } from './plan-bodies.ts';

export type PlanItem = { [K in PlanKind]: { kind: K; id: string; rev: number; body: PlanBody<K> } }[PlanKind];

/** One line of a plan message: an item, or with `gone` the end of one. */
export const PlanLine = z.union([
  z.strictObject({
    kind: z.string().max(32),
    id: z.string().min(1).max(64),
    rev: z.int().min(0),
    body: z.unknown(),
  }),
  z.strictObject({
    kind: z.string().max(32),
    id: z.string().min(1).max(64),
    rev: z.int().min(0),
    gone: z.literal(true),
  }),
]);
export type PlanLine = z.infer<typeof PlanLine>;

/** The typed item, or undefined for a kind or body that this program does not understand. */
export function parsePlanItem(line: PlanLine): PlanItem | undefined {
  if ('gone' in line || !Object.hasOwn(planBodies, line.kind)) return undefined;
  const body = planBodies[line.kind as PlanKind].safeParse(line.body);
  return body.success
    ? ({ kind: line.kind, id: line.id, rev: line.rev, body: body.data } as PlanItem)
    : undefined;
}

/** The exact line that is stored, sent and digested on both sides. */
export function planLine(item: PlanItem): string {
  return JSON.stringify({ kind: item.kind, id: item.id, rev: item.rev, body: item.body });
}

/** SHA-256 over the lines, sorted by code unit, each followed by a line feed. */
export function digestOf(lines: readonly string[]): Hash {
  const hash = createHash('sha256');
  for (const line of lines.toSorted()) hash.update(line).update('\n');
  return hash.digest('base64url');
}

/** One digest per kind of item. */
export function planDigests(items: Iterable<{ kind: string; line: string }>): PlanDigests {
  const buckets = new Map<string, string[]>();
  for (const { kind, line } of items) {
    const bucket = buckets.get(kind);
    if (bucket) bucket.push(line);
    else buckets.set(kind, [line]);
  }
  return Object.fromEntries(
    [...buckets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, lines]) => [kind, digestOf(lines)]),
  );
}
