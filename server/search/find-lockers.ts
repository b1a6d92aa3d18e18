import type { LockerId, SlotSize } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import { type FreeSlots, freeSlotsOf, noFreeSlots } from '../availability/index.ts';
import type { Tables } from '../database/index.ts';
import { distanceKm, middleOf, type Point } from './distance.ts';

/** Where somebody wants a locker. A pincode without a country must be one country's only. */
export type Place = Point | { pincode: string; country?: string | undefined };

export interface FoundLocker extends LockerSite {
  free: FreeSlots['free'];
  fitting: FreeSlots['fitting'];
  /** Null where no place was given. */
  distanceKm: number | null;
}

export interface LockerSite {
  lockerId: LockerId;
  name: string;
  address: string;
  pincode: string;
  country: string;
  lat: number;
  long: number;
  timeZone: string;
}

/** What a `LockerSite` is read from, where `locker` is joined with `location`. */
export const siteColumns = [
  'locker.locker_id as lockerId',
  'locker.name',
  'location.address',
  'location.pincode',
  'location.country',
  'location.lat',
  'location.long',
  'location.time_zone as timeZone',
] as const;

export type SearchAnswer =
  | { ok: true; lockers: FoundLocker[] }
  | { ok: false; reason: 'unknown pincode' | 'pincode in several countries' };

/** Lockers whose slots are counted at a time, nearest first. */
const lockersPerRound = 50;
/** A search looks no further than this, however full the lockers near by are. */
const roundsMax = 10;

/**
 * The nearest lockers in service with a free slot that takes the parcel. Reads every locker's place: enough
 * for some thousands of them.
 */
export async function findLockers(
  db: Kysely<Tables>,
  { place, size, limit }: { place: Place; size: SlotSize; limit: number },
): Promise<SearchAnswer> {
  const centre = await centreOf(db, place);
  if ('reason' in centre) return { ok: false, reason: centre.reason };
  const sites = await sitesQuery(db)
    .where('locker.status', '=', 'active')
    .where('locker.free_slots', '>', 0)
    .execute();
  const nearest = sites
    .map((site) => ({ site, distanceKm: distanceKm(centre, site) }))
    .sort((a, b) => a.distanceKm - b.distanceKm || (a.site.lockerId < b.site.lockerId ? -1 : 1));
  const lockers: FoundLocker[] = [];
  for (let round = 0; round < roundsMax && lockers.length < limit; round += 1) {
    const group = nearest.slice(round * lockersPerRound, (round + 1) * lockersPerRound);
    if (group.length === 0) break;
    const free = await freeSlotsOf(
      db,
      group.map(({ site }) => site.lockerId),
    );
    for (const { site, distanceKm } of group) {
      const slots = free.get(site.lockerId);
      if (slots && slots.fitting[size] > 0) lockers.push({ ...site, ...slots, distanceKm });
    }
  }
  return { ok: true, lockers: lockers.slice(0, limit) };
}

/** One locker with what is free in it, or undefined for an unknown or retired one. */
export async function findLocker(db: Kysely<Tables>, lockerId: LockerId): Promise<FoundLocker | undefined> {
  const site = await sitesQuery(db)
    .where('locker.locker_id', '=', lockerId)
    .where('locker.status', '!=', 'retired')
    .executeTakeFirst();
  if (!site) return undefined;
  const free = await freeSlotsOf(db, [lockerId]);
  return { ...site, ...(free.get(lockerId) ?? noFreeSlots()), distanceKm: null };
}

function sitesQuery(db: Kysely<Tables>) {
  return db
    .selectFrom('locker')
    .innerJoin('location', 'location.location_id', 'locker.location_id')
    .select(siteColumns);
}

/** A pincode is where its lockers are: no list of all pincodes is needed, and one without lockers is unknown. */
async function centreOf(
  db: Kysely<Tables>,
  place: Place,
): Promise<Point | { reason: 'unknown pincode' | 'pincode in several countries' }> {
  if ('lat' in place) return place;
  let query = db
    .selectFrom('location')
    .select(['lat', 'long', 'country'])
    .where(({ eb, fn, val }) =>
      eb(fn('replace', ['pincode', val(' '), val('')]), '=', place.pincode.replaceAll(' ', '')),
    );
  if (place.country !== undefined) query = query.where('country', '=', place.country);
  const locations = await query.execute();
  if (new Set(locations.map((location) => location.country)).size > 1)
    return { reason: 'pincode in several countries' };
  return middleOf(locations) ?? { reason: 'unknown pincode' };
}
