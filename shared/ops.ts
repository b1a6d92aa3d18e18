import { z } from 'zod';
import { LockerId, SlotNumber, Uuid } from './ids.ts';
import { limits } from './limits.ts';
import { protocolVersion } from './messages.ts';
import { ShortText, UnixMs } from './units.ts';

/** What an operator is told of at once, by name. A retired alarm stays reserved. */
export const alarms = {
  'door stuck': 'A door did not open after every attempt.',
  'door forced': 'A door opened with no authorisation alive.',
  'door left open': 'A door stands open longer than the policy allows.',
  'door flapping': 'The switch of a door changes faster than a hand can, and is not believed.',
  'latch wearing':
    'A door opens later, or needs more attempts, than in its own past: its latch may fail soon.',
  'board lost': 'A lock board no longer answers: none of its doors can be opened.',
  'line noisy': 'More replies of a lock board than is bearable come garbled, or with noise around them.',
  'supply sagging':
    'A lock board fell silent while a coil on its supply was driven: too many amperes, or too few.',
  'problem reported': 'A person at the unit, or the unit itself, reported a problem.',
  'event set aside': 'An event was kept but not projected, since it could not be understood.',
  'locker offline': 'Two beats are missing, or the line broke and no beat followed.',
  'journal gap': 'The server lost facts that the locker was allowed to forget: they are gone.',
  'new incarnation': 'The locker started a new life of its database.',
} as const;
export type Alarm = keyof typeof alarms;

const count = z.int().min(0).max(limits.slotsMax);

/** How a locker stands, published and retained by the server at each change. Since version 1. */
export const OpsStatus = z
  .strictObject({
    v: z.literal(protocolVersion).describe('The protocol version.'),
    locker: LockerId,
    online: z.boolean(),
    since: UnixMs.describe('When `online` last changed.'),
    lastSyncedAt: UnixMs.nullable().describe('The last commit whose digests agreed; null before the first.'),
    slots: z.strictObject({
      total: count,
      free: count.describe('In service, empty, settled, not reopenable and unbooked.'),
      occupied: count,
      unsettled: count.describe('Nobody knows what lies inside.'),
      outOfService: count,
    }),
    at: UnixMs.describe('When the server wrote this.'),
  })
  .describe('How a locker stands: published at each change, and retained.');
export type OpsStatus = z.infer<typeof OpsStatus>;

/** One alarm, published by the server and not retained. Since version 1. */
export const OpsAlarm = z
  .strictObject({
    v: z.literal(protocolVersion).describe('The protocol version.'),
    id: Uuid.describe('The same alarm published twice bears the same id.'),
    locker: LockerId,
    slot: SlotNumber.optional(),
    alarm: z.enum(Object.keys(alarms) as [Alarm, ...Alarm[]]),
    at: UnixMs.describe('When it happened, as far as the server knows.'),
    detail: ShortText.describe('Plain words for a person. Holds no secret and no personal data.'),
  })
  .describe('Something that an operator should see now.');
export type OpsAlarm = z.infer<typeof OpsAlarm>;
