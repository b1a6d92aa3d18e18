import type { BookingParts } from './booking-parts.ts';

/** Twelve digits: with a million parcels under way, one draw in a million is met again. */
const digits = 12;
const drawsMax = 5;

/** `LW` and digits that no open package bears. */
export async function mintTrackingId(parts: Pick<BookingParts, 'db' | 'random'>): Promise<string> {
  for (let draw = 0; draw < drawsMax; draw += 1) {
    const number = Buffer.from(parts.random.bytes(8)).readBigUInt64BE() % 10n ** BigInt(digits);
    const trackingId = `LW${number.toString().padStart(digits, '0')}`;
    if (!(await isTracked(parts, trackingId))) return trackingId;
  }
  throw new Error(`no free tracking id in ${drawsMax} draws`);
}

/** A package with this tracking id is awaited, or lies, in some locker. */
export async function isTracked({ db }: Pick<BookingParts, 'db'>, trackingId: string): Promise<boolean> {
  const found = await db
    .selectFrom('package')
    .select('package_id')
    .where('tracking_id', '=', trackingId)
    .where('status', 'in', ['WAITING', 'DELIVERED'])
    .executeTakeFirst();
  return found !== undefined;
}
