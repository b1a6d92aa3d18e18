import { deriveCode } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { KeyRing } from '../access/index.ts';
import type { Tables } from '../database/index.ts';
import type { NotificationKind } from '../ledger/index.ts';
import type { HeldMessage } from './outbox.ts';
import { kindsWithCode, type Message, renderMessage } from './templates.ts';

export type Composed =
  | { outcome: 'ready'; to: string; message: Message }
  | { outcome: 'superseded' }
  | { outcome: 'impossible'; error: string };

/** Renders a message from what is true now. Its code is derived here and kept nowhere. */
export async function composeMessage(
  db: Kysely<Tables>,
  ring: KeyRing,
  held: HeldMessage,
): Promise<Composed> {
  const facts = await readFacts(db, held);
  if (!facts) return { outcome: 'impossible', error: 'its recipient, booking or locker is not known' };
  if (isOvertaken(held.kind, facts)) return { outcome: 'superseded' };
  const { grant } = facts;
  if (kindsWithCode.has(held.kind) && grant?.status !== 'live') return { outcome: 'superseded' };
  const code =
    grant && kindsWithCode.has(held.kind)
      ? deriveCode(ring.codeMakingKey(grant.key_generation), {
          locker: held.lockerId,
          booking: held.bookingId,
          counter: grant.counter,
        })
      : null;
  const message = renderMessage(held.kind, { ...facts, bookedUntil: facts.bookedUntil.getTime(), code });
  return { outcome: 'ready', to: facts.email, message };
}

/** News that is older than what happened since is not sent: the later message says it all, code included. */
function isOvertaken(
  kind: NotificationKind,
  { packageStatus, packageSlot }: { packageStatus: Tables['package']['status']; packageSlot: string | null },
): boolean {
  if (kind === 'booked' || kind === 'codeReady') return packageStatus !== 'WAITING';
  // A parcel that was found not to lie in its slot names none.
  if (kind === 'delivered') return packageStatus !== 'DELIVERED' || packageSlot === null;
  // A parcel that came in time may be heard of after its booking ended.
  if (kind === 'expired') return packageStatus !== 'EXPIRED';
  if (kind === 'cancelled') return packageStatus !== 'CANCELLED';
  return false;
}

async function readFacts(db: Kysely<Tables>, { userId, bookingId }: HeldMessage) {
  const facts = await db
    .selectFrom('booking')
    .innerJoin('package', 'package.package_id', 'booking.package_id')
    .innerJoin('locker', 'locker.locker_id', 'booking.locker_id')
    .innerJoin('location', 'location.location_id', 'locker.location_id')
    .innerJoin('person', (join) => join.on('person.person_id', '=', userId))
    .where('booking.booking_id', '=', bookingId)
    .select([
      'person.email',
      'locker.name as lockerName',
      'location.address',
      'location.pincode',
      'location.time_zone as timeZone',
      'package.tracking_id as trackingId',
      'package.status as packageStatus',
      'package.slot_id as packageSlot',
      'booking.expires_at as bookedUntil',
    ])
    .executeTakeFirst();
  if (!facts) return undefined;
  const grant = await db
    .selectFrom('access_grant')
    .select(['key_generation', 'counter', 'status'])
    .where('booking_id', '=', bookingId)
    .orderBy('rev', 'desc')
    .executeTakeFirst();
  return { ...facts, grant };
}
