import { deriveLockerKeys, type LockerId, type LockerKeys } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { KeysOf } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import type { KeyRing } from './key-ring.ts';

/** Lockers whose keys are kept at hand: 1 KiB each. */
const keptMax = 20_000;
/** How soon another process's change of a generation counts here. */
const keptForMs = 30_000;

/** Derives what it is asked for, and keeps it at hand for a while, since every message needs it. */
export function lockerKeys(db: Kysely<Tables>, ring: KeyRing, clock: Clock): KeysOf {
  const kept = new Map<LockerId, { keys: LockerKeys; untilMs: number }>();
  return async (lockerId) => {
    const found = kept.get(lockerId);
    if (found && found.untilMs > clock.nowMs()) return found.keys;
    const locker = await db
      .selectFrom('locker')
      .select('key_generation')
      .where('locker_id', '=', lockerId)
      .where('status', '!=', 'retired')
      .executeTakeFirst();
    kept.delete(lockerId);
    if (!locker) return undefined;
    const keys = deriveLockerKeys(ring.lockerKey(locker.key_generation, lockerId));
    const oldest = kept.keys().next();
    if (kept.size >= keptMax && !oldest.done) kept.delete(oldest.value);
    kept.set(lockerId, { keys, untilMs: clock.nowMs() + keptForMs });
    return keys;
  };
}
