import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EntityId, SlotNumber } from './ids.ts';
import { limits } from './limits.ts';
import { Hash, type PlanDigests } from './messages.ts';
import { SlotSize, UnixMs } from './units.ts';

const barcode = z.string().min(1).max(limits.barcodeCharactersMax);
const text = z.string().max(limits.textCharactersMax);

/** What the server wants a locker to know, by kind. All since version 1. */
export const planBodies = {
  /** Id: the slot's number. `inService: false` blocks it for deposits; a parcel inside can still be collected. */
  slot: z.strictObject({ size: SlotSize, features: z.array(text).max(16), inService: z.boolean() }),
  /** Id: the booking's. `slot` is a wish; what the locker used is the fact. */
  booking: z.strictObject({
    slot: SlotNumber.optional(),
    size: SlotSize,
    /** Normalised; what the courier's label may read. */
    barcodes: z.array(barcode).min(1).max(4),
    expiresAt: UnixMs,
  }),
  /** Id: the grant's. Opens whatever slots hold the booking's parcels. */
  grant: z.strictObject({
    booking: EntityId,
    /** HMAC-SHA-256 of the code under the locker's code-checking key. */
    codeHash: Hash,
    expiresAt: UnixMs,
  }),
  /** Id: that of the grant, pass or courier which opens nothing any more. */
  revocation: z.strictObject({ of: z.enum(['grant', 'pass', 'courier']), at: UnixMs }),
  /** Id: the courier's. A badge alone permits deposits. */
  courier: z.strictObject({ carrier: text, badgeHash: Hash, expiresAt: UnixMs.optional() }),
  /** Id: always `locker`. */
  policy: z.strictObject({
    lockerName: text,
    helpNumber: text,
    unknownBarcodes: z.enum(['accept', 'refuse']),
    /** How long after a collection the person may open the slot again; 0 for never. */
    reopenGraceS: z.int().min(0).max(3600),
    /** How long after the last touch a visit ends by itself. */
    visitIdleS: z.int().min(5).max(600),
    /** How long after its door closed a deposit or collection is taken as ended. */
    settleS: z.int().min(1).max(120),
    /** How long a door may stand open before an alarm. */
    leftOpenS: z.int().min(10).max(3600),
  }),
  /** Id: always `keyset`. A JWS by the authority key over the issuers' and operators' public keys. */
  keyset: z.strictObject({ jws: z.string().max(3000) }),
} as const;

export type PlanKind = keyof typeof planBodies;
export type PlanBody<K extends PlanKind = PlanKind> = z.infer<(typeof planBodies)[K]>;
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
  return Object.fromEntries([...buckets].sort().map(([kind, lines]) => [kind, digestOf(lines)]));
}
