import { z } from 'zod';
import { EntityId, SlotNumber } from './ids.ts';
import { Hash } from './messages.ts';
import { Barcode, ShortText, SlotSize, UnixMs } from './units.ts';

/** A word that search and booking know a slot's property by; kept short so that a slot always fits its line. */
const feature = ShortText.max(32);

/** What the server wants a locker to know, by kind. All since version 1. */
export const planBodies = {
  slot: z
    .strictObject({
      size: SlotSize,
      features: z.array(feature).max(16).describe('What else the slot offers, such as `cool`.'),
      inService: z
        .boolean()
        .describe('False blocks it for deposits; a parcel inside can still be collected.'),
    })
    .describe("Id: the slot's number."),
  booking: z
    .strictObject({
      slot: SlotNumber.optional().describe('A wish; what the locker used is the fact.'),
      size: SlotSize,
      barcodes: z.array(Barcode).min(1).max(4).describe("What the courier's label may read."),
      expiresAt: UnixMs,
    })
    .describe("Id: the booking's."),
  grant: z
    .strictObject({
      booking: EntityId,
      codeHash: Hash.describe("HMAC-SHA-256 of the code under the locker's code-checking key."),
      expiresAt: UnixMs,
    })
    .describe("Id: the grant's. Opens whatever slots hold the booking's parcels."),
  revocation: z
    .strictObject({ of: z.enum(['grant', 'pass', 'courier']), at: UnixMs })
    .describe('Id: that of the grant, pass or courier which opens nothing any more.'),
  courier: z
    .strictObject({
      carrier: ShortText,
      badgeHash: Hash.describe("HMAC-SHA-256 of the badge under the locker's code-checking key."),
      expiresAt: UnixMs.optional(),
    })
    .describe("Id: the courier's. A badge alone permits deposits."),
  policy: z
    .strictObject({
      lockerName: ShortText,
      helpNumber: ShortText,
      unknownBarcodes: z.enum(['accept', 'refuse']),
      reopenGraceS: z
        .int()
        .min(0)
        .max(3600)
        .describe('How long after a collection the person may open the slot again; 0 for never.'),
      visitIdleS: z.int().min(5).max(600).describe('How long after the last touch a visit ends by itself.'),
      settleS: z
        .int()
        .min(1)
        .max(120)
        .describe('How long after its door closed a deposit or collection is taken as ended.'),
      leftOpenS: z.int().min(10).max(3600).describe('How long a door may stand open before an alarm.'),
    })
    .describe('Id: always `locker`.'),
  keyset: z
    .strictObject({
      jws: z
        .string()
        .max(3000)
        .describe("By the authority key, over the issuers' and operators' public keys."),
    })
    .describe('Id: always `keyset`. Whose passes and orders the locker trusts.'),
} as const;

export type PlanKind = keyof typeof planBodies;
export type PlanBody<K extends PlanKind = PlanKind> = z.infer<(typeof planBodies)[K]>;
