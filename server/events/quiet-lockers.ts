import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { QuietLockers } from './presence-watch.ts';

/** Looks for silent lockers in the presence table, which all processors share. */
export function quietLockersIn(db: Kysely<Tables>): QuietLockers {
  return async (unheardSinceMs, max) => {
    const since = new Date(unheardSinceMs);
    const rows = await db
      .selectFrom('presence')
      .select('locker_id')
      .where('online', '=', true)
      .where((eb) => eb.or([eb('last_heard_at', 'is', null), eb('last_heard_at', '<=', since)]))
      .orderBy('locker_id')
      .limit(max)
      .execute();
    return rows.map((row) => row.locker_id);
  };
}
