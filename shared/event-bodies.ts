import { z } from 'zod';
import { ClockState } from './clock.ts';
import { EntityId, SlotNumber, Uuid } from './ids.ts';
import { limits } from './limits.ts';
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
const slots = z.array(SlotNumber).max(limits.slotsMax);
const attempt = z.int().min(1).describe('Counts the pulses of one opening, from 1.');

/** The facts of a locker, by kind. A retired kind stays reserved. All since version 1. */
export const eventBodies = {
  'agent.started': z
    .strictObject({
      version: ShortText.describe("The agent's own version."),
      unseen: slots
        .optional()
        .describe('Doors whose position cannot be told; where given, all others are shut or told open next.'),
    })
    .describe('The program started on this disk; what happened without it is unknown.'),
  'clock.changed': z
    .strictObject({
      state: ClockState,
      stepMs: z.int().describe('How far the wall time moved; below 0 for back.'),
    })
    .describe('The wall time was moved, or the trust in it changed.'),
  'log.gap': z
    .strictObject({
      incarnation: Uuid.describe('The one in which they were numbered.'),
      from: z.int().min(1).describe('The first of them.'),
      to: z.int().min(1).describe('The last of them.'),
    })
    .describe('The server asked for facts that this disk was allowed to forget, and forgot.'),
  'board.lost': z
    .strictObject({
      board: ShortText,
      detail: ShortText,
      slots: slots.optional().describe('Those whose doors hang on it: where they stand cannot be told.'),
    })
    .describe('A lock board no longer answers.'),
  'board.back': z
    .strictObject({
      board: ShortText,
      slots: slots.optional().describe('Their doors stand as told before, unless a fact says otherwise.'),
    })
    .describe('A lost lock board answers again.'),
  'board.noisy': z
    .strictObject({ board: ShortText, detail: ShortText })
    .describe('More of its replies than is bearable come garbled, or with noise around them.'),
  'board.quiet': z.strictObject({ board: ShortText }).describe('Its replies come clean again.'),
  'supply.sagged': z
    .strictObject({ supply: ShortText, board: ShortText, detail: ShortText })
    .describe('Suspected: the board fell silent while a coil on its supply was driven.'),
  'service.started': z
    .strictObject({
      visit,
      by: z.enum(['cabinet switch', 'local technician', 'pass']),
      minutes: z.int().min(1).describe('After so long it ends by itself.'),
    })
    .describe('A technician is at work: doors opened by hand are recorded and not called forced.'),
  'service.ended': z
    .strictObject({ visit, reason: z.enum(['left', 'time is up', 'interrupted']) })
    .describe('What lies in each slot that was touched was confirmed, or is unsettled.'),
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
    .strictObject({
      slot: SlotNumber,
      authorisation: authorisation.optional(),
      visit: visit.optional().describe("The technician's, in whose course it was opened by hand."),
      atStart: z.boolean(),
      afterMs: z
        .int()
        .min(0)
        .optional()
        .describe('From the pulse to the first reading that showed it; by the monotonic clock.'),
    })
    .describe(
      'Seen open. With an authorisation that has ended, late after its last pulse. Without one it was found so.',
    ),
  'door.closed': z
    .strictObject({
      slot: SlotNumber,
      authorisation: authorisation.optional(),
      visit: visit.optional().describe("The technician's, in whose course it was shut."),
    })
    .describe('Seen closed after it was open.'),
  'door.unknown': z
    .strictObject({ slot: SlotNumber })
    .describe('Its position can no longer be told, although its board answers.'),
  'door.known': z
    .strictObject({ slot: SlotNumber, position: z.enum(['open', 'closed']) })
    .describe('Where it stands, told where that could not be told before and no other fact says it.'),
  'door.flapping': z
    .strictObject({
      slot: SlotNumber,
      changes: z.int().min(1),
      withinMs: z.int().min(0).describe('By the monotonic clock.'),
    })
    .describe('Its switch changes faster than a hand can: what it says is not believed until it is steady.'),
  'door.steady': z
    .strictObject({ slot: SlotNumber })
    .describe('The switch of a flapping door is believed again.'),
  'door.health': z
    .strictObject({
      slot: SlotNumber,
      day: z.iso.date().describe('Of the believed time, in UTC.'),
      openings: z.int().min(0).describe('That were pulsed at least once and came to an end.'),
      firstOpens: z.int().min(0).describe('Of these, opened by the first pulse.'),
      pulses: z.int().min(0),
      stuck: z.int().min(0).describe('Of the openings, never opened.'),
      opensInMs: z
        .int()
        .min(0)
        .nullable()
        .describe('From pulse to open, on average; null where never timed.'),
    })
    .describe('How a door did on a day on which it was used.'),
  'latch.wearing': z
    .strictObject({
      slot: SlotNumber,
      sign: z.enum(['opens later', 'needs more attempts']),
      firstOpenPercent: z.int().min(0).max(100).describe('Of late.'),
      usualFirstOpenPercent: z.int().min(0).max(100).describe("In this door's own past."),
      opensInMs: z.int().min(0).nullable().describe('Of late.'),
      usualOpensInMs: z.int().min(0).nullable().describe("In this door's own past."),
    })
    .describe('A door does worse than in its own past: its latch may fail soon.'),
  'latch.recovered': z.strictObject({ slot: SlotNumber }).describe('A wearing latch does as it did before.'),
  'door.stuck': z
    .strictObject({ ...opening, attempts: z.int().min(1).describe('The pulses it was given.') })
    .describe('It did not open after every attempt.'),
  'door.forced': z
    .strictObject({ slot: SlotNumber })
    .describe(
      'Opened with no authorisation alive; it may have been while its board was lost, of a door that was shut before.',
    ),
  'door.leftOpen': z
    .strictObject({
      slot: SlotNumber,
      authorisation: authorisation.optional(),
      openForMs: z.int().min(0).describe('By the monotonic clock.'),
      stage: z
        .int()
        .min(1)
        .optional()
        .describe('Told again, ever more seldom; 1, or left out, the first time.'),
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
    .strictObject({ slot: SlotNumber, authorisation: authorisation.optional() })
    .describe(
      'A door was used without anyone knowing what lies inside now; nothing is put there until it is settled.',
    ),
  'slot.settled': z
    .strictObject({
      slot: SlotNumber,
      occupied: z.boolean(),
      by: z.enum(['reopening', 'technician', 'sensor']),
    })
    .describe('It is known again what lies inside.'),
  'slot.outOfService': z
    .strictObject({ slot: SlotNumber, reason: z.enum(['stuck', 'blocked', 'flapping', 'technician']) })
    .describe('The locker itself no longer allocates the slot; told again where this is what remains.'),
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
      board: ShortText.optional(),
    })
    .describe('Facts of one kind came faster than its budget; this many were only counted.'),
} as const;

export type EventKind = keyof typeof eventBodies;
export type EventBody<K extends EventKind = EventKind> = z.infer<(typeof eventBodies)[K]>;

/** A fact as the core states it, before the journal numbers it. */
export type Fact = { [K in EventKind]: { kind: K } & EventBody<K> }[EventKind];
