import type { LockerId, UnixMs } from '@latchwork/shared';
import type { Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Random } from '../random.ts';
import { presenceLimits, wentQuiet } from './presence.ts';
import type { Session } from './session.ts';

/** Online lockers of which nothing was heard after `unheardSinceMs`, at most `max`. Rejects when the database is away. */
export type QuietLockers = (unheardSinceMs: UnixMs, max: number) => Promise<readonly LockerId[]>;

export interface PresenceWatchOptions {
  ledger: Ledger;
  quietLockers: QuietLockers;
  clock: Clock;
  random: Random;
  logger: Logger;
  /**
   * Since when the line to the broker is up without a break, and what came was committed soon. Before that silence
   * says nothing about lockers: what they said was missed, or may still wait.
   */
  listeningSinceMs(): UnixMs | undefined;
  onOffline(locker: LockerId): void;
}

/** Notices silence: after a will within half a minute, else after two missed beats. */
export interface PresenceWatch {
  start(): void;
  /** A will of this session came and its locker was asked for a sign of life. */
  probed(locker: LockerId, session: Session): void;
  stop(): void;
}

const watchLimits = {
  sweepMs: 60_000,
  lockersPerSweepMax: 1_000,
  /** Lockers that owe an answer; more are left to the sweep. */
  probesMax: 20_000,
} as const;

export function watchPresence(options: PresenceWatchOptions): PresenceWatch {
  const { ledger, clock, random, logger } = options;
  const probes = new Map<LockerId, { serverNonce: string; cancel: () => void }>();
  let cancelSweep = () => {};
  const listenedThrough = (sinceMs: number) =>
    (options.listeningSinceMs() ?? Number.POSITIVE_INFINITY) <= sinceMs;

  const takeOffline = async (lockers: readonly LockerId[], unheardSinceMs: number, session?: Session) => {
    const gone = await ledger.commit({ lockers }, (books) =>
      lockers.filter((locker) => {
        const book = books.of(locker);
        const nowMs = clock.nowMs();
        return (
          book !== undefined &&
          // Asked again, since the database may have kept this waiting for long.
          listenedThrough(unheardSinceMs) &&
          wentQuiet(book, { nowMs, unheardSinceMs, session, alarmId: random.uuidv7(nowMs) })
        );
      }),
    );
    for (const locker of gone) {
      logger.info({ locker }, 'A locker is offline');
      options.onOffline(locker);
    }
  };
  const failed = (error: unknown) => logger.warn({ err: error }, 'Silent lockers cannot be looked for now');

  const sweep = async () => {
    const unheardSinceMs = clock.nowMs() - presenceLimits.quietMs;
    // Until two beats' time was listened through, the silence may be ours.
    if (!listenedThrough(unheardSinceMs)) return;
    const lockers = await options.quietLockers(unheardSinceMs, watchLimits.lockersPerSweepMax);
    if (lockers.length > 0) await takeOffline(lockers, unheardSinceMs);
  };
  const scheduleSweep = () => {
    cancelSweep = clock.after(watchLimits.sweepMs, () => {
      scheduleSweep();
      sweep().catch(failed);
    });
  };

  return {
    start: scheduleSweep,
    probed(locker, session) {
      const before = probes.get(locker);
      // A will said twice does not move the deadline.
      if (before?.serverNonce === session.serverNonce || probes.size >= watchLimits.probesMax) return;
      before?.cancel();
      const probedAtMs = clock.nowMs();
      const cancel = clock.after(presenceLimits.probeMs, () => {
        probes.delete(locker);
        if (listenedThrough(probedAtMs)) takeOffline([locker], probedAtMs, session).catch(failed);
      });
      probes.set(locker, { serverNonce: session.serverNonce, cancel });
    },
    stop() {
      cancelSweep();
      for (const { cancel } of probes.values()) cancel();
      probes.clear();
    },
  };
}
