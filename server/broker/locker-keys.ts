import type { LockerId, LockerKeys } from '@latchwork/shared';
import type { Clock } from '../clock.ts';

/** Derives a locker's keys from the key ring. */
export interface LockerKeyring {
  /** Undefined for a locker that is unknown, not enrolled, or retired. May ask the database, and then reject. */
  keysOf(locker: LockerId): LockerKeys | undefined | Promise<LockerKeys | undefined>;
}

export const keyCacheLimits = {
  lockersMax: 20_000,
  /** A new key generation, or a retirement, takes effect within this time. */
  ageMsMax: 60_000,
} as const;

/** Remembers the keys of lockers that were heard lately; the longest known are forgotten first. */
export function cachedKeyring(source: LockerKeyring, clock: Clock): LockerKeyring {
  const known = new Map<LockerId, { keys: LockerKeys; untilMs: number }>();
  return {
    async keysOf(locker) {
      const cached = known.get(locker);
      if (cached && clock.nowMs() < cached.untilMs) return cached.keys;
      known.delete(locker);
      const keys = await source.keysOf(locker);
      // Unknown lockers are not remembered: whoever can invent ids would push out the real ones.
      if (!keys) return undefined;
      const oldest = known.keys().next();
      if (known.size >= keyCacheLimits.lockersMax && !oldest.done) known.delete(oldest.value);
      known.set(locker, { keys, untilMs: clock.nowMs() + keyCacheLimits.ageMsMax });
      return keys;
    },
  };
}
