import { z } from 'zod';
import { ClockState } from './clock.ts';
import { EntityId, SlotNumber, Uuid } from './ids.ts';
import { denials, problems } from './reasons.ts';
import { Barcode, ShortText, SlotSize } from './units.ts';

export const Purpose = z
  .enum(['deposit', 'collect', 'reopen', 'service'])
  .describe('What an opening is for.');
export type Purpose = z.infer<typeof Purpose>;

export const Authority = z
  .strictObject({
    means: z.enum(['grant', 'pass', 'courier badge', 'command', 'local technician']),
    id: z
      .string()
      .min(1)
      .max(64)
      .describe('Whose or which: of the grant, pass, courier, command or technician.'),
  })
  .describe('What allowed an opening, by name: never the secret itself.');
export type Authority = z.infer<typeof Authority>;

const authorisation = Uuid.describe(
  'Names one opening: asked for in one visit, allowed by one authority, for one slot.',
);
const opening = { authorisation, slot: SlotNumber };
const visit = Uuid.describe("One person's doings at the unit, from first touch to end.");
const attempt = z.int().min(1).describe('Counts the pulses of one opening, from 1.');

/** The facts of a locker, by kind. A retired kind stays reserved. All since version 1. */
export const eventBodies = {
  'agent.started': z
    .strictObject({ version: ShortText.describe("The agent's own version.") })
    .describe('The program started on this disk; what happened without it is unknown.'),
  'clock.changed': z
    .strictObject({
      state: ClockState,
      stepMs: z.int().describe('How far the wall time moved; below 0 for back.'),
    })
    .describe('The wall time was moved, or the trust in it changed.'),
  'board.lost': z
    .strictObject({ board: ShortText, detail: ShortText })
    .describe('A lock board no longer answers.'),
  'board.back': z.strictObject({ board: ShortText }).describe('A lost lock board answers again.'),
  'visit.started': z
    .strictObject({
      visit,
      person: z.enum(['recipient', 'courier', 'technician']),
      courier: EntityId.optional(),
    })
    .describe('Somebody identified themselves at the unit.'),
  'visit.ended': z
    .strictObject({ visit, reason: z.enum(['done', 'walked away', 'interrupted', 'replaced']) })
    .describe('The visit is over.'),
  'access.denied': z
    .strictObject({ means: z.enum(['code', 'badge', 'barcode', 'pass']), reason: z.enum(denials) })
    .describe('The unit refused. What was typed or scanned is not recorded.'),
  'access.authorised': z
    .strictObject({
      ...opening,
      visit,
      purpose: Purpose,
      allowedBy: Authority,
      booking: EntityId.optional(),
      barcode: Barcode.optional(),
    })
    .describe("Asked: durable before any pulse. It ends the slot's authorisation before it."),
  'access.ended': z
    .strictObject({
      ...opening,
      outcome: z.enum(['done', 'stuck', 'cancelled', 'walked away', 'superseded', 'interrupted']),
    })
    .describe('The authorisation opens nothing any more.'),
  'door.pulsed': z
    .strictObject({ ...opening, attempt, acknowledged: z.boolean() })
    .describe('The coil was driven, or may have been when no acknowledgement came.'),
  'door.notPulsed': z
    .strictObject({ ...opening, attempt, reason: ShortText })
    .describe('No coil was driven.'),
  'door.opened': z
    .strictObject({ slot: SlotNumber, authorisation: authorisation.optional(), atStart: z.boolean() })
    .describe('Seen open. Without an authorisation it was found so at start.'),
  'door.closed': z
    .strictObject({ slot: SlotNumber, authorisation: authorisation.optional() })
    .describe('Seen closed after it was open.'),
  'door.stuck': z
    .strictObject({ ...opening, attempts: z.int().min(1).describe('The pulses it was given.') })
    .describe('It did not open after every attempt.'),
  'door.forced': z.strictObject({ slot: SlotNumber }).describe('Opened with no authorisation alive.'),
  'door.leftOpen': z
    .strictObject({
      slot: SlotNumber,
      authorisation: authorisation.optional(),
      openForMs: z.int().min(0).describe('By the monotonic clock.'),
    })
    .describe('Open for longer than the policy allows.'),
  'door.confirmed': z
    .strictObject({ ...opening, position: z.enum(['open', 'closed']) })
    .describe('At a blind door a person says what no switch can.'),
  'grant.redeemed': z
    .strictObject({ ...opening, grant: EntityId })
    .describe('A one-time grant is spent: its opening was seen, or confirmed at a blind door.'),
  'package.deposited': z
    .strictObject({
      ...opening,
      visit,
      courier: EntityId,
      barcode: Barcode,
      booking: EntityId.optional().describe('Left out for a barcode that the plan did not know.'),
      size: SlotSize.describe("The slot's."),
    })
    .describe('A courier left a parcel in the slot.'),
  'package.collected': z
    .strictObject({ ...opening, visit, booking: EntityId.optional(), grant: EntityId.optional() })
    .describe('The parcel was taken out of the slot.'),
  'slot.unsettled': z
    .strictObject(opening)
    .describe(
      'An opening ended without anyone knowing what lies inside; nothing is put there until it is settled.',
    ),
  'slot.settled': z
    .strictObject({
      slot: SlotNumber,
      occupied: z.boolean(),
      by: z.enum(['reopening', 'technician', 'sensor']),
    })
    .describe('It is known again what lies inside.'),
  'slot.outOfService': z
    .strictObject({ slot: SlotNumber, reason: z.enum(['stuck', 'blocked']) })
    .describe('The locker itself no longer allocates the slot.'),
  'slot.inService': z.strictObject({ slot: SlotNumber }).describe('The locker allocates the slot again.'),
  'reopening.lapsed': z
    .strictObject({ slot: SlotNumber })
    .describe('The grace period after a collection is over: the slot may be given to the next parcel.'),
  'problem.reported': z
    .strictObject({ slot: SlotNumber.optional(), visit: visit.optional(), problem: z.enum(problems) })
    .describe('A person at the unit, or the unit itself, reports a problem.'),
  'events.summarised': z
    .strictObject({
      summarised: ShortText.describe('The kind of those facts.'),
      count: z.int().min(1),
      slot: SlotNumber.optional(),
    })
    .describe('Facts of one kind came faster than its budget; this many were only counted.'),
} as const;

export type EventKind = keyof typeof eventBodies;
export type EventBody<K extends EventKind = EventKind> = z.infer<(typeof eventBodies)[K]>;

/** A fact as the core states it, before the journal numbers it. */
export type Fact = { [K in EventKind]: { kind: K } & EventBody<K> }[EventKind];
