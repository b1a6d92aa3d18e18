import type { LockerId, SlotNumber, UnixMs } from '@latchwork/shared';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/index.ts';
import type { OpsDoors, OpsOpenings } from '../ops-door-schemas.ts';
import { shownDoor } from './shown-door.ts';
import { worstFirst } from './worst-first.ts';

/** How each door of a locker does, the worst first, and how those of its site do together. */
export async function readDoors(
  db: Kysely<Tables>,
  { lockerId, nowMs }: { lockerId: LockerId; nowMs: UnixMs },
): Promise<OpsDoors> {
  const [slots, rates, site] = await Promise.all([
    readFacts(db, lockerId),
    readRates(db, lockerId, nowMs),
    readSite(db, lockerId, nowMs),
  ]);
  const doors = slots.map((slot) => ({ ...slot, ...(rates.get(slot.slot) ?? unused) }));
  return { doors: worstFirst(doors), site };
}

interface Rates {
  days7: OpsOpenings;
  days30: OpsOpenings;
}

const none: OpsOpenings = { openings: 0, stuck: 0, firstOpenPercent: null, opensInMs: null };
const unused: Rates = { days7: none, days30: none };

function readFacts(db: Kysely<Tables>, lockerId: LockerId) {
  return db
    .selectFrom('locker_slot as slot')
    .innerJoin('occupancy as fact', 'fact.slot_id', 'slot.slot_id')
    .where('slot.locker_id', '=', lockerId)
    .select(['slot.slot_number as slot', 'slot.size', 'slot.status'])
    .select(['fact.faulty', 'fact.fault_reason as faultReason'])
    .select(['fact.occupancy', 'fact.wearing'])
    .select(shownDoor)
    .execute();
}

async function readRates(
  db: Kysely<Tables>,
  lockerId: LockerId,
  nowMs: UnixMs,
): Promise<Map<SlotNumber, Rates>> {
  const rows = await sumsQuery(db, nowMs)
    .where('locker_id', '=', lockerId)
    .select('slot_number as slot')
    .groupBy('slot_number')
    .execute();
  return new Map(rows.map((row) => [row.slot, ratesOf(row)]));
}

async function readSite(db: Kysely<Tables>, lockerId: LockerId, nowMs: UnixMs): Promise<Rates> {
  const row = await sumsQuery(db, nowMs)
    .where('locker_id', 'in', (query) =>
      query
        .selectFrom('locker as here')
        .innerJoin('locker as near', 'near.location_id', 'here.location_id')
        .where('here.locker_id', '=', lockerId)
        .select('near.locker_id'),
    )
    .executeTakeFirstOrThrow();
  return ratesOf(row);
}

const dayMs = 86_400_000;

/** A locker's clock may be ahead of ours by the hours of a day, and not by more. */
function sumsQuery(db: Kysely<Tables>, nowMs: UnixMs) {
  const in7 = sql<boolean>`day >= ${dayOf(nowMs - 6 * dayMs)}`;
  return db
    .selectFrom('door_health')
    .where('day', '>=', dayOf(nowMs - 29 * dayMs))
    .where('day', '<=', dayOf(nowMs + dayMs))
    .select([
      sumOf(sql`openings`, in7).as('openings7'),
      sumOf(sql`first_opens`, in7).as('firstOpens7'),
      sumOf(sql`stuck`, in7).as('stuck7'),
      meanOf(in7).as('opensInMs7'),
      sumOf(sql`openings`).as('openings30'),
      sumOf(sql`first_opens`).as('firstOpens30'),
      sumOf(sql`stuck`).as('stuck30'),
      meanOf().as('opensInMs30'),
    ]);
}

type Fragment = ReturnType<typeof sql>;

/** Cut at what a JavaScript number holds: what a locker counts is its own claim. */
function sumOf(value: Fragment, where: Fragment = sql`true`) {
  return sql<number>`least(coalesce(sum(${value}) filter (where ${where}), 0), ${Number.MAX_SAFE_INTEGER})::bigint`;
}

/** Each day weighs as much as it had openings that could be timed. */
function meanOf(where: Fragment = sql`true`) {
  const timed = sql`greatest(openings - stuck, 0)::numeric`;
  const isTimed = sql`opens_in_ms is not null and ${where}`;
  return sql<number | null>`round(sum(opens_in_ms * ${timed}) filter (where ${isTimed})
    / nullif(sum(${timed}) filter (where ${isTimed}), 0))::bigint`;
}

type Sums = Awaited<ReturnType<ReturnType<typeof sumsQuery>['executeTakeFirstOrThrow']>>;

function ratesOf(row: Sums): Rates {
  return {
    days7: openingsOf({
      openings: row.openings7,
      firstOpens: row.firstOpens7,
      stuck: row.stuck7,
      opensInMs: row.opensInMs7,
    }),
    days30: openingsOf({
      openings: row.openings30,
      firstOpens: row.firstOpens30,
      stuck: row.stuck30,
      opensInMs: row.opensInMs30,
    }),
  };
}

function openingsOf(sums: {
  openings: number;
  firstOpens: number;
  stuck: number;
  opensInMs: number | null;
}): OpsOpenings {
  const { openings, firstOpens, stuck, opensInMs } = sums;
  const percent = Math.min(100, Math.round((100 * firstOpens) / openings));
  return { openings, stuck, firstOpenPercent: openings === 0 ? null : percent, opensInMs };
}

/** UTC, as lockers name their days. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
