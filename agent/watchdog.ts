import type { Clock } from './ports/clock.ts';
import type { ServiceManager } from './ports/service-manager.ts';
import type { Store } from './ports/store.ts';

/** systemd wants to hear twice per deadline; the third word is for a busy machine. */
const feedsPerDeadline = 3;
/** The core writes its powered time every minute, so a locker that is well commits at least that often. */
const quietMaxMs = 90_000;

export interface Watchdog {
  /** The same store, watched. */
  store: Store;
  /** People are served: from now on the watchdog is fed. */
  start(): void;
  stop(): void;
}

/**
 * Feeds the service manager's watchdog only while the loop turns and the database writes: from a timer, which a stuck
 * process does not reach, and as long as the last commit is young. Writing something for each feed instead would wear
 * out a card for nothing.
 */
export function watchdog(
  store: Store,
  { manager, clock }: { manager: ServiceManager; clock: Clock },
): Watchdog {
  const { watchdogMs } = manager;
  let committedAtMs = clock.monotonicMs();
  let cancel = () => {};

  function feed(everyMs: number): void {
    if (clock.monotonicMs() - committedAtMs <= quietMaxMs) manager.alive();
    cancel = clock.after(everyMs, () => feed(everyMs));
  }

  return {
    store: {
      ...store,
      commit(change) {
        store.commit(change);
        committedAtMs = clock.monotonicMs();
      },
    },
    start() {
      manager.ready();
      if (watchdogMs !== undefined) feed(watchdogMs / feedsPerDeadline);
    },
    stop() {
      cancel();
      manager.stopping();
    },
  };
}
