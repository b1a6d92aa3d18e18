import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ClockState } from './clock.ts';
import { EntityId, type LockerId, SlotNumber, Uuid } from './ids.ts';
import { limits } from './limits.ts';
import { denials, problems } from './reasons.ts';
import { SlotSize, UnixMs } from './units.ts';

const text = z.string().max(limits.textCharactersMax);
const barcode = z.string().min(1).max(limits.barcodeCharactersMax);
/** One opening: asked for by one visit, allowed by one authority, for one slot. */
const opening = { authorisation: Uuid, slot: SlotNumber };

export const Purpose = z.enum(['deposit', 'collect', 'reopen', 'service']);
export type Purpose = z.infer<typeof Purpose>;

/** What allowed an opening, by name: never the secret itself. */
export const Authority = z.strictObject({
  means: z.enum(['grant', 'pass', 'courier badge', 'command', 'local technician']),
  id: z.string().min(1).max(64),
});
export type Authority = z.infer<typeof Authority>;

/** The facts of a locker, by kind. A retired kind stays reserved. All since version 1. */
export const eventBodies = {
  /** The program started on this disk; what happened without it is unknown. */
  'agent.started': z.strictObject({ version: text }),
  'clock.changed': z.strictObject({ state: ClockState, stepMs: z.int() }),
  'board.lost': z.strictObject({ board: text, detail: text }),
  'board.back': z.strictObject({ board: text }),
  'visit.started': z.strictObject({
    visit: Uuid,
    person: z.enum(['recipient', 'courier', 'technician']),
    courier: EntityId.optional(),
  }),
  'visit.ended': z.strictObject({
    visit: Uuid,
    reason: z.enum(['done', 'walked away', 'interrupted', 'replaced']),
  }),
  'access.denied': z.strictObject({
    means: z.enum(['code', 'badge', 'barcode', 'pass']),
    reason: z.enum(denials),
  }),
  /** Asked: durable before any pulse. It ends the slot's authorisation before it. */
  'access.authorised': z.strictObject({
    ...opening,
    visit: Uuid,
    purpose: Purpose,
    allowedBy: Authority,
    booking: EntityId.optional(),
    barcode: barcode.optional(),
  }),
  'access.ended': z.strictObject({
    ...opening,
    outcome: z.enum(['done', 'stuck', 'cancelled', 'walked away', 'superseded', 'interrupted']),
  }),
  /** The coil was driven, or may have been when no acknowledgement came. */
  'door.pulsed': z.strictObject({ ...opening, attempt: z.int().min(1), acknowledged: z.boolean() }),
  /** No coil was driven. */
  'door.notPulsed': z.strictObject({ ...opening, attempt: z.int().min(1), reason: text }),
  /** Seen open. Without an authorisation it was found so at start. */
  'door.opened': z.strictObject({ slot: SlotNumber, authorisation: Uuid.optional(), atStart: z.boolean() }),
  'door.closed': z.strictObject({ slot: SlotNumber, authorisation: Uuid.optional() }),
  'door.stuck': z.strictObject({ ...opening, attempts: z.int().min(1) }),
  /** Opened with no authorisation alive. */
  'door.forced': z.strictObject({ slot: SlotNumber }),
  'door.leftOpen': z.strictObject({
    slot: SlotNumber,
    authorisation: Uuid.optional(),
    openForMs: z.int().min(0),
  }),
  /** At a blind door a person says what no switch can. */
  'door.confirmed': z.strictObject({ ...opening, position: z.enum(['open', 'closed']) }),
  /** A one-time grant is spent: its opening was seen, or confirmed at a blind door. */
  'grant.redeemed': z.strictObject({ ...opening, grant: EntityId }),
  'package.deposited': z.strictObject({
    ...opening,
    visit: Uuid,
    courier: EntityId,
    barcode,
    booking: EntityId.optional(),
    size: SlotSize,
  }),
  'package.collected': z.strictObject({
    ...opening,
    visit: Uuid,
    booking: EntityId.optional(),
    grant: EntityId.optional(),
  }),
  /** An opening ended without anyone knowing what lies inside; nothing is put there until it is settled. */
  'slot.unsettled': z.strictObject(opening),
  'slot.settled': z.strictObject({
    slot: SlotNumber,
    occupied: z.boolean(),
    by: z.enum(['reopening', 'technician', 'sensor']),
  }),
  'slot.outOfService': z.strictObject({ slot: SlotNumber, reason: z.enum(['stuck', 'blocked']) }),
  'slot.inService': z.strictObject({ slot: SlotNumber }),
  /** The grace period after a collection is over: the slot may be given to the next parcel. */
  'reopening.lapsed': z.strictObject({ slot: SlotNumber }),
  'problem.reported': z.strictObject({
    slot: SlotNumber.optional(),
    visit: Uuid.optional(),
    problem: z.enum(problems),
  }),
  /** Facts of one kind came faster than its budget; this many were only counted. */
  'events.summarised': z.strictObject({
    summarised: text,
    count: z.int().min(1),
    slot: SlotNumber.optional(),
  }),
} as const;

export type EventKind = keyof typeof eventBodies;
export type EventBody<K extends EventKind = EventKind> = z.infer<(typeof eventBodies)[K]>;

/** A fact as the core states it, before the journal numbers it. */
export type Fact = { [K in EventKind]: { kind: K } & EventBody<K> }[EventKind];

const base = { id: Uuid, seq: z.int().min(1), at: UnixMs, clock: ClockState };

/** What every journal line has, whatever its kind: enough to keep a fact that cannot be understood. */
export const AnyEvent = z.looseObject({ ...base, kind: z.string().min(1).max(64) });
export type AnyEvent = z.infer<typeof AnyEvent>;

export type LockerEvent = z.infer<z.ZodObject<typeof base>> & Fact;

/** The event, or why it must be set aside. */
export function parseEvent(
  event: AnyEvent,
): { ok: true; event: LockerEvent } | { ok: false; reason: string } {
  if (!Object.hasOwn(eventBodies, event.kind)) return { ok: false, reason: `unknown kind ${event.kind}` };
  const kind = event.kind as EventKind;
  const { id, seq, at, clock, kind: _kind, ...rest } = event;
  const body = eventBodies[kind].safeParse(rest);
  if (!body.success)
    return { ok: false, reason: z.prettifyError(body.error).slice(0, limits.textCharactersMax) };
  return { ok: true, event: { id, seq, at, clock, kind, ...body.data } as LockerEvent };
}

/** The hash before a journal's first line: one per locker and incarnation. */
export function chainStart(locker: LockerId, incarnation: Uuid): string {
  return createHash('sha256').update(`latchwork journal 1\n${locker}\n${incarnation}`).digest('base64url');
}

/** `hash_n = SHA-256(hash_{n−1} ‖ line_n)` over the exact bytes of the line. */
export function chainNext(hashBefore: string, line: string): string {
  return createHash('sha256').update(hashBefore, 'base64url').update(line).digest('base64url');
}
