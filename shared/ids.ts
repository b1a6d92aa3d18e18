import { z } from 'zod';
import { limits } from './limits.ts';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

export const Cell = z
  .string()
  .regex(/^[a-z]{2}(-[a-z0-9]{1,12})?$/, 'a cell is a country code in lower case, such as gb')
  .describe(
    'Routing name of a group of lockers, normally its country: `gb`, or `in-south` for a part of one.',
  );
export type Cell = z.infer<typeof Cell>;

export const LockerId = z
  .string()
  .regex(/^[a-z]{2}(-[a-z0-9]{1,12})?-[0-9a-z]{8}$/, 'not a locker id')
  .describe('Cell of birth and eight characters: `gb-7k3m9x2p`.');
export type LockerId = z.infer<typeof LockerId>;

export const Uuid = z
  .string()
  .regex(new RegExp(`^${uuid}$`), 'not a UUID of version 7')
  .describe('A UUID of version 7 (RFC 9562), lower case.');
export type Uuid = z.infer<typeof Uuid>;

export const EntityId = z
  .string()
  .regex(new RegExp(`^[a-z]{2}(-[a-z0-9]{1,12})?_${uuid}$`), 'not an id of this network')
  .describe('Cell of birth, `_` and a UUID: the form of every id that the server mints.');
export type EntityId = z.infer<typeof EntityId>;

export const SlotNumber = z.int().min(1).max(limits.slotsMax).describe('The number painted on a door.');
export type SlotNumber = z.infer<typeof SlotNumber>;

export function cellOfLocker(lockerId: LockerId): Cell {
  return lockerId.slice(0, -9);
}

export function cellOfEntity(id: EntityId): Cell {
  return id.slice(0, id.indexOf('_'));
}

export function entityId(cell: Cell, id: Uuid): EntityId {
  return `${cell}_${id}`;
}

export function slotId(lockerId: LockerId, slot: SlotNumber): string {
  return `${lockerId}:${slot}`;
}

/** How many ids one base yields with {@link uuidAt}. */
export const uuidsPerBase = 65_536;

/**
 * A UUIDv7 whose last two bytes are zero, so that a pure function may count further ids from it. Throws
 * RangeError for a time that 48 bits do not hold (RFC 9562 section 5.7).
 *
 * @param random at least 8 bytes, of which 58 bits are used
 */
export function uuidBase(nowMs: number, random: Uint8Array): Uuid {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48)
    throw new RangeError(`${nowMs} is no time in whole milliseconds`);
  if (random.length < 8) throw new RangeError(`an id needs 8 random bytes, not ${random.length}`);
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(nowMs) << 16n);
  bytes.set(random.subarray(0, 8), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The n-th id counted from a base of {@link uuidBase}, n from 0 to 65,535. */
export function uuidAt(base: Uuid, index: number): Uuid {
  if (!Number.isInteger(index) || index < 0 || index >= uuidsPerBase)
    throw new RangeError(`one base yields ${uuidsPerBase} ids; ${index} is out of range`);
  return base.slice(0, -4) + index.toString(16).padStart(4, '0');
}
