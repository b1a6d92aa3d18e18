import { EntityId, LockerId, normaliseBarcode, SlotNumber, SlotSize } from '@latchwork/shared';
import { z } from 'zod';

/** What `/v1` takes and gives, for customers and lockers: validation, answers and OpenAPI are all made from these. */

/** RFC 3339 in UTC with milliseconds: `2025-03-01T12:00:00.000Z`. */
export const Time = z.iso.datetime({ precision: 3 }).describe('RFC 3339, in UTC.');

const latitude = z.number().min(-90).max(90).describe('Degrees north, WGS 84.');
const longitude = z.number().min(-180).max(180).describe('Degrees east, WGS 84.');
/** A query string holds text; a JSON body holds numbers. */
const numberInQuery = (number: z.ZodNumber) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d{1,12})?$/, 'not a decimal number')
    .transform(Number)
    .pipe(number);
const Pincode = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$/, 'not a pincode')
  .transform((text) => text.toUpperCase())
  .describe('Postal code, as the country writes it.');
const Country = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'a country is two letters, such as gb')
  .transform((text) => text.toLowerCase())
  .describe('ISO 3166-1 alpha-2.');

const perSize = z.record(SlotSize, z.int().min(0));

const Site = z.strictObject({
  lockerId: LockerId,
  name: z.string(),
  address: z.string(),
  pincode: z.string(),
  country: z.string(),
  lat: z.number(),
  long: z.number(),
  timeZone: z.string().describe('IANA name.'),
});

export const Locker = Site.extend({
  free: perSize.describe('Free slots of exactly this size.'),
  fitting: perSize.describe('Free slots that take a parcel of this size: its own and every larger one.'),
  distanceKm: z.number().nullable().describe('As the crow flies; null where no place was given.'),
}).meta({ id: 'Locker' });
export type Locker = z.infer<typeof Locker>;

/** Exactly one place: `lat` with `long`, or `pincode`. */
export const LockerSearchQuery = z.strictObject({
  lat: numberInQuery(latitude).optional(),
  long: numberInQuery(longitude).optional(),
  pincode: Pincode.optional(),
  country: Country.optional(),
  size: SlotSize.default('S').describe('Only lockers with a free slot that takes a parcel of this size.'),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(50))
    .optional(),
});

export const LockerSearchAnswer = z
  .strictObject({ lockers: z.array(Locker).describe('Nearest first.') })
  .meta({ id: 'LockerSearchAnswer' });
export type LockerSearchAnswer = z.infer<typeof LockerSearchAnswer>;

export const Availability = z
  .strictObject({ lockerId: LockerId, free: perSize, fitting: perSize, at: Time })
  .meta({ id: 'Availability' });
export type Availability = z.infer<typeof Availability>;

export const LockerParams = z.strictObject({ id: LockerId });

/** A locker by id, or the nearest one to a place that has room. */
export const BookingRequest = z
  .strictObject({
    lockerId: LockerId.optional(),
    lat: latitude.optional(),
    long: longitude.optional(),
    pincode: Pincode.optional(),
    country: Country.optional(),
    size: SlotSize,
    email: z.email().max(254).describe('The recipient: told of the booking, the code and the delivery.'),
    trackingId: z
      .string()
      .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'a tracking id is printable ASCII')
      .max(64)
      .transform(normaliseBarcode)
      .pipe(z.string().min(4))
      .optional()
      .describe("What the courier's label reads; made up where none is given."),
    expiresInHours: z.int().min(1).max(336).default(48).describe('How long the slot is held.'),
  })
  .meta({ id: 'BookingRequest' });
export type BookingRequest = z.input<typeof BookingRequest>;

export const Booking = z
  .strictObject({
    bookingId: EntityId,
    status: z.enum(['active', 'fulfilled', 'displaced', 'cancelled', 'expired']),
    size: SlotSize,
    slot: SlotNumber.nullable().describe(
      'A wish while the booking is active, a fact once delivered: null where the parcel was found not to lie in its slot.',
    ),
    createdAt: Time,
    expiresAt: Time,
    locker: Site,
    package: z.strictObject({
      packageId: EntityId,
      trackingId: z.string(),
      status: z.enum(['WAITING', 'DELIVERED', 'PICKED_UP', 'EXPIRED', 'RETURNED', 'CANCELLED']),
      deliveredAt: Time.nullable(),
      pickedUpAt: Time.nullable(),
    }),
  })
  .meta({ id: 'Booking' });
export type Booking = z.infer<typeof Booking>;

export const BookingMade = Booking.extend({
  token: z.string().describe('Shown this once: whoever has it may read and cancel the booking.'),
}).meta({ id: 'BookingMade' });
export type BookingMade = z.infer<typeof BookingMade>;

export const BookingParams = z.strictObject({ id: EntityId });

export const Health = z
  .strictObject({ status: z.enum(['ok', 'down']), version: z.string(), database: z.enum(['up', 'down']) })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

export const Links = z
  .strictObject({ links: z.array(z.strictObject({ name: z.string(), url: z.url() })) })
  .meta({ id: 'Links' });
export type Links = z.infer<typeof Links>;

/** RFC 9457, with the request's id; `errors` names the fields of a request that could not be read. */
export const Problem = z
  .strictObject({
    type: z.string().describe('`urn:latchwork:problem:` and the reason: stable, for programs.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().describe("The request's id, as in the server's log."),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
