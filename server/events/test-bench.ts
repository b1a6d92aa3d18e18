import { type LockerId, parseTopic } from '@latchwork/shared';
import { pino } from 'pino';
import { type BrokerLink, createDownlink, type OnMessage } from '../broker/index.ts';
import { type ManualClock, manualClock, pause, realClock } from '../clock.ts';
import { type LockerState, type MemoryLedger, memoryLedger } from '../ledger/index.ts';
import { createPlanSender } from '../plan/index.ts';
import { seededRandom } from '../random.ts';
import { createEventProcessor, type EventProcessorOptions } from './event-processor.ts';
import { ScriptedLocker, testKeys } from './scripted-locker.ts';
import { testHandlers, testKeysOf, testRegistration } from './test-parts.ts';

export interface TestBench {
  ledger: MemoryLedger;
  clock: ManualClock;
  /** Registered, and answered by a running processor. */
  locker(name: string): ScriptedLocker;
  stateOf(locker: ScriptedLocker): LockerState;
  /** Delivers to the processor what any broker might. */
  inject(topic: string, payload: Uint8Array): Promise<void>;
  /** Resolves once everything that was sent so far is committed and answered. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** An event processor over the ledger in memory, a clock that stands still, and scripted lockers. */
export function startTestBench(
  more: Partial<EventProcessorOptions> = {},
  ledger: MemoryLedger = memoryLedger(),
): TestBench {
  const clock = manualClock(1_750_000_000_000);
  const random = seededRandom('bench');
  const logger = pino({ enabled: false });
  const lockers = new Map<LockerId, ScriptedLocker>();
  const link = memoryLink((topic, payload) => {
    const id = parseTopic(topic)?.locker;
    lockers.get(id ?? '')?.deliver(topic, payload);
  });
  const downlink = createDownlink(link, testKeysOf);
  const plan = createPlanSender({ ledger: more.ledger ?? ledger, downlink, clock, logger });
  const stateOf = (id: LockerId) => {
    const found = ledger.state().lockers.find(({ locker }) => locker.lockerId === id);
    if (!found) throw new Error(`no locker ${id}`);
    return found;
  };
  const processor = createEventProcessor({
    ledger,
    link,
    keysOf: testKeysOf,
    plan,
    handlers: testHandlers,
    quietLockers: async (unheardSinceMs) =>
      [...lockers.keys()].filter((id) => {
        const { presence } = stateOf(id);
        return presence?.online && (presence.lastHeardAt ?? 0) <= unheardSinceMs;
      }),
    clock,
    random,
    logger,
    spreadS: 5,
    ...more,
  });
  processor.start();
  return {
    ledger,
    clock,
    locker(name) {
      const id = `gb-${name}`;
      ledger.register(testRegistration(id, clock.nowMs()));
      const locker = new ScriptedLocker(
        id,
        testKeys(id),
        (topic, payload) => void link.receive(topic, payload),
      );
      lockers.set(id, locker);
      return locker;
    },
    stateOf: ({ id }) => stateOf(id),
    inject: link.receive,
    async settle() {
      // The ledger in memory takes no time, so a turn of the event loop is more than everything needs.
      for (let turn = 0; turn < 3; turn += 1) await pause(realClock(), 0);
    },
    stop: () => processor.stop(),
  };
}

/** A line to a broker that is not there: what is published goes straight to `onPublished`. */
function memoryLink(onPublished: (topic: string, payload: Uint8Array) => void): BrokerLink & {
  receive: OnMessage;
} {
  let onMessage: OnMessage = () => Promise.resolve();
  return {
    up: true,
    start(handler) {
      onMessage = handler;
    },
    receive: (topic, payload) => onMessage(topic, payload),
    async publish(topic, payload) {
      onPublished(topic, Buffer.from(payload));
      return true;
    },
    onUp(listener) {
      listener();
      return () => {};
    },
    stop: () => Promise.resolve(),
  };
}
