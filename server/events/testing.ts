import { type EntityId, entityId, type LockerId, type PlanBody, parseTopic } from '@latchwork/shared';
import { pino } from 'pino';
import { type BrokerLink, createDownlink, type OnMessage } from '../broker/index.ts';
import { type ManualClock, manualClock } from '../clock.ts';
import {
  type LockerRegistration,
  type LockerState,
  type MemoryLedger,
  memoryLedger,
} from '../ledger/index.ts';
import { packageFacts, quietFacts, slotFacts } from '../packages/index.ts';
import { createPlanSender } from '../plan/index.ts';
import { seededRandom } from '../random.ts';
import { createEventProcessor, type EventProcessorOptions } from './event-processor.ts';
import { ScriptedLocker, testKeys } from './scripted-locker.ts';

export { ScriptedLocker, testKeys };

export const testKeysOf = (locker: LockerId) => Promise.resolve(testKeys(locker));

export const testHandlers = { ...packageFacts, ...slotFacts, ...quietFacts };

/** The n-th id of a test. */
export function testId(n: number): EntityId {
  return entityId('gb', `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);
}

const policy: PlanBody<'policy'> = {
  lockerName: 'Hallway',
  helpNumber: '0800 000000',
  unknownBarcodes: 'accept',
  reopenGraceS: 60,
  visitIdleS: 60,
  settleS: 10,
  leftOpenS: 120,
};

/** Four slots: 1 and 4 are small, 2 is medium, 3 is large. The plan begins at revision 5. */
export function testRegistration(lockerId: LockerId, nowMs: number): LockerRegistration {
  const place = { lat: 51.5, long: -0.12, pincode: 'N1 9AG', country: 'gb', timeZone: 'Europe/London' };
  return {
    location: { locationId: testId(1), name: 'Station', address: '1 High Street', ...place },
    locker: { lockerId, name: 'Hallway', keyGeneration: 1 },
    slots: (['S', 'M', 'L', 'S'] as const).map((size, index) => ({ slot: index + 1, size, features: [] })),
    policy,
    nowMs,
  };
}

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
  const plan = createPlanSender({ ledger, downlink: createDownlink(link, testKeysOf), clock, logger });
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
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
    },
    stop: () => processor.stop(),
  };
}

/** A line to a broker that is not there: what is published goes straight to `onPublished`. */
export function memoryLink(onPublished: (topic: string, payload: Uint8Array) => void): BrokerLink & {
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
