import { deriveLockerKeys, type EntityId, entityId, hashCredential, type LockerId } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Random } from '../random.ts';
import type { KeyRing } from './key-ring.ts';

export interface CourierParts {
  db: Kysely<Tables>;
  ledger: Ledger;
  ring: KeyRing;
  clock: Clock;
  random: Random;
}

export interface NewCourier {
  name: string;
  carrier: string;
  /** ISO 3166-1 alpha-2 in lower case: every locker there takes the courier's deposits. */
  country: string;
}

/** Registers a courier at every locker of the country. The badge is shown this once, and derived again where needed. */
export async function addCourier(
  parts: CourierParts,
  { name, carrier, country }: NewCourier,
): Promise<{ courierId: EntityId; badge: string }> {
  const { db, ring, clock, random } = parts;
  const nowMs = clock.nowMs();
  const courierId = entityId(country, random.uuidv7(nowMs));
  await db
    .insertInto('courier')
    .values({
      courier_id: courierId,
      carrier,
      name,
      key_generation: ring.currentGeneration,
      status: 'active',
      created_at: new Date(nowMs),
    })
    .execute();
  await spreadCouriers(parts);
  return { courierId, badge: ring.badge(ring.currentGeneration, courierId) };
}

/** Lockers whose plans change in one transaction. */
const lockersPerCommit = 50;
const pairsPerRound = 1_000;

/**
 * Puts every active courier into the plan of each locker of the country that lacks one: after a courier or a
 * locker was added, and at start, for what a killed command left undone. Doing it twice changes nothing.
 */
export async function spreadCouriers(parts: CourierParts): Promise<void> {
  for (;;) {
    const missing = await missingPairs(parts.db);
    if (missing.length === 0) return;
    const byLocker = Map.groupBy(missing, (pair) => pair.lockerId);
    const lockers = [...byLocker.keys()];
    for (let from = 0; from < lockers.length; from += lockersPerCommit)
      await putCouriers(parts, byLocker, lockers.slice(from, from + lockersPerCommit));
    if (missing.length < pairsPerRound) return;
  }
}

type Pair = Awaited<ReturnType<typeof missingPairs>>[number];

/** The country of a courier is that of its id; a tombstone counts as there, or a revoked one would come back. */
function missingPairs(db: Kysely<Tables>) {
  return db
    .selectFrom('courier')
    .innerJoin('locker', (join) =>
      join.on((on) => on('locker.country', '=', on.fn<string>('left', ['courier.courier_id', on.lit(2)]))),
    )
    .where('courier.status', '=', 'active')
    .where('locker.status', '!=', 'retired')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('plan_item')
            .select('plan_item.id')
            .whereRef('plan_item.locker_id', '=', 'locker.locker_id')
            .where('plan_item.kind', '=', 'courier')
            .whereRef('plan_item.id', '=', 'courier.courier_id'),
        ),
      ),
    )
    .select([
      'locker.locker_id as lockerId',
      'locker.key_generation as lockerGeneration',
      'courier.courier_id as courierId',
      'courier.key_generation as courierGeneration',
      'courier.carrier',
      'courier.expires_at as expiresAt',
    ])
    .orderBy('locker.locker_id')
    .limit(pairsPerRound)
    .execute();
}

async function putCouriers(
  { ledger, ring }: CourierParts,
  byLocker: ReadonlyMap<LockerId, Pair[]>,
  lockers: readonly LockerId[],
): Promise<void> {
  await ledger.commit({ lockers }, (books) => {
    for (const lockerId of lockers)
      for (const pair of byLocker.get(lockerId) ?? []) {
        const { codeChecking } = deriveLockerKeys(ring.lockerKey(pair.lockerGeneration, lockerId));
        const badge = ring.badge(pair.courierGeneration, pair.courierId);
        books.of(lockerId)?.putPlanItem('courier', pair.courierId, {
          carrier: pair.carrier,
          badgeHash: hashCredential(codeChecking, 'badge', badge),
          ...(pair.expiresAt ? { expiresAt: pair.expiresAt.getTime() } : {}),
        });
      }
  });
}
