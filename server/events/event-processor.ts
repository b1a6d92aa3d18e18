import type { LockerId } from '@latchwork/shared';
import { type BrokerLink, createDownlink, type KeysOf, type Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/index.ts';
import type { PlanSender } from '../plan/index.ts';
import type { Random } from '../random.ts';
import { answering } from './answer.ts';
import { atMostEvery } from './at-most.ts';
import type { FactHandlers } from './fact-handlers.ts';
import { createInbox } from './inbox.ts';
import { type Intake, startIntake } from './intake.ts';
import { intakeLimits } from './intake-limits.ts';
import { type QuietLockers, watchPresence } from './presence-watch.ts';

export interface EventProcessorOptions {
  ledger: Ledger;
  /** Subscribed to `lw1/+/+/up/+`. Started by the processor; whoever made it stops it, after the processor. */
  link: BrokerLink;
  keysOf: KeysOf;
  /** Started and stopped by the processor. */
  plan: PlanSender;
  handlers: FactHandlers;
  quietLockers: QuietLockers;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** Seconds over which lockers spread their first attempt after losing a healthy session: more for a large fleet. */
  spreadS: number;
  /** How long a fact that was acknowledged stays on its locker's disk, too; 30 days unless said. */
  durableAfterMs?: number;
  /** A locker was heard or taken offline; its summary may have changed. */
  onHeard?(locker: LockerId): void;
}

/** The Locker Event Processor: lockers' messages in, committed facts and answers out. */
export interface EventProcessor {
  start(): void;
  /** Ends after the batch in hand; what was not committed was not answered, and its locker sends it again. */
  stop(): Promise<void>;
}

export function createEventProcessor(options: EventProcessorOptions): EventProcessor {
  const { link, keysOf, plan, clock, logger, onHeard = () => {} } = options;
  let upSinceMs = Number.POSITIVE_INFINITY;
  let stopListening = () => {};
  let intake: Intake | undefined;
  const watch = watchPresence({
    ...options,
    listeningSinceMs() {
      const currentSinceMs = intake?.currentSinceMs();
      return link.up && currentSinceMs !== undefined ? Math.max(upSinceMs, currentSinceMs) : undefined;
    },
    onOffline: onHeard,
  });
  const mayWarn = atMostEvery(intakeLimits.warnIntervalMs, clock);
  const inbox = createInbox((topic) => {
    if (mayWarn(topic)) logger.warn({ topic }, 'A locker sends faster than it may; messages are left out');
  });
  return {
    start() {
      const answer = answering({ downlink: createDownlink(link, keysOf), plan, watch, clock, logger });
      intake = startIntake({
        ...options,
        inbox,
        agrees: plan.agrees,
        answer: (outcome) => {
          answer(outcome);
          onHeard(outcome.locker);
        },
        mayWarn,
      });
      plan.start();
      watch.start();
      stopListening = link.onUp(() => {
        upSinceMs = clock.nowMs();
      });
      link.start((topic, payload) => inbox.offer({ topic, payload, arrivedMs: clock.nowMs() }));
    },
    async stop() {
      stopListening();
      inbox.close();
      watch.stop();
      await intake?.stop();
      await plan.stop();
    },
  };
}
