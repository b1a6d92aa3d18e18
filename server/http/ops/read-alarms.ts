import { OpsAlarm, protocolVersion, type UnixMs } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/index.ts';

/** Alarms that were raised since, oldest first, by the time in their ids. One of an unknown name is passed over. */
export async function readAlarmsSince(
  db: Kysely<Tables>,
  sinceMs: UnixMs,
  limit: number,
): Promise<OpsAlarm[]> {
  const rows = await db
    .selectFrom('alarm')
    .where('alarm_id', '>=', firstIdOf(sinceMs))
    .orderBy('alarm_id', 'desc')
    .limit(limit)
    .selectAll()
    .execute();
  return rows.toReversed().flatMap((row) => {
    const alarm = OpsAlarm.safeParse({
      v: protocolVersion,
      id: row.alarm_id,
      locker: row.locker_id,
      ...(row.slot_number === null ? {} : { slot: row.slot_number }),
      alarm: row.alarm,
      at: row.at.getTime(),
      detail: row.detail,
    });
    return alarm.success ? [alarm.data] : [];
  });
}

/** Below every UUID of version 7 of that millisecond: RFC 9562 section 5.7. */
function firstIdOf(ms: UnixMs): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
