import { digestOf, type Plan, roomFor } from '@latchwork/shared';
import type { PlanHead, PlanItemRow } from '../ledger/index.ts';

/** One message's worth of a plan. */
export interface PlanPart {
  serverEpoch: number;
  rev: number;
  body: Plan['body'];
  lines: string[];
}

/** What the ledger knows of a plan: the items after some revision, in order of revision. */
export interface PlanItems extends PlanHead {
  items: readonly PlanItemRow[];
}

/** A chain of deltas from `fromRev` to the head, each beginning where the one before ends. */
export function deltaParts(fromRev: number, { serverEpoch, rev, items }: PlanItems): PlanPart[] {
  const chunks = chunked(items);
  let at = fromRev;
  return chunks.map((chunk, index) => {
    const from = at;
    at = index === chunks.length - 1 ? rev : (chunk.at(-1)?.rev ?? from);
    return { serverEpoch, rev: at, body: { as: 'delta', fromRev: from }, lines: chunk.map(lineOf) };
  });
}

/** Everything that is in the plan, in parts under one digest; an empty plan is one empty part. */
export function snapshotParts({ serverEpoch, rev, items }: PlanItems): PlanPart[] {
  const live = items.filter(({ line }) => line !== null);
  const chunks = chunked(live);
  const digest = digestOf(live.map(lineOf));
  return chunks.map((chunk, index) => ({
    serverEpoch,
    rev,
    body: { as: 'snapshot', part: index + 1, parts: chunks.length, digest },
    lines: chunk.map(lineOf),
  }));
}

function lineOf({ kind, id, rev, line }: PlanItemRow): string {
  return line ?? JSON.stringify({ kind, id, rev, gone: true });
}

/** At least one chunk, each with room in one envelope. */
function chunked(items: readonly PlanItemRow[]): PlanItemRow[][] {
  const chunks: PlanItemRow[][] = [];
  let rest = items;
  do {
    const room = roomFor(rest.slice(0, itemsLookedAt).map(lineOf));
    if (room === 0 && rest.length > 0) throw new RangeError(`plan item ${rest[0]?.id} fits no envelope`);
    chunks.push(rest.slice(0, room));
    rest = rest.slice(room);
  } while (rest.length > 0);
  return chunks;
}

/** More than ever fit one envelope. */
const itemsLookedAt = 65;
