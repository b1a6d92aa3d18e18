import {
  chainNext,
  chainStart,
  deriveLockerKeys,
  digestOf,
  type Hello,
  hashCredential,
  type LockerEvent,
  type LockerKeys,
  openEnvelope,
  type PlanKind,
  planLine,
  sealEnvelope,
  topicFor,
  UpMessage,
} from '@latchwork/shared';
import { pino } from 'pino';
import { manualClock } from './adapters/clock/manual-clock.ts';
import { fakeKiosk } from './adapters/kiosk/fake-kiosk.ts';
import { seededRandom } from './adapters/random/seeded-random.ts';
import { fakeScanner } from './adapters/scanner/fake-scanner.ts';
import { memoryStore } from './adapters/store/memory-store.ts';
import { type FakeUplink, fakeUplink } from './adapters/uplink/fake-uplink.ts';
import { createAgent } from './agent.ts';
import type { AgentPorts } from './agent-ports.ts';
import type { DoorPosition } from './core/input.ts';
import type { KioskView } from './core/screen.ts';
import { badge, config, usualPlan } from './core/testing.ts';
import type { Doors, DoorsListener } from './ports/doors.ts';

export const lockerId = 'gb-testlock';
export const keys: LockerKeys = deriveLockerKeys(new Uint8Array(32).fill(5));

/** The code and the barcode of the usual plan. */
export const code = '12345678';
export const barcode = 'PARCEL1';

/** The usual plan of the core's tests, under this locker's own key: its one booking wishes for slot 2. */
export const plan: [PlanKind, string, unknown][] = usualPlan().map(([kind, id, body]) => {
  const secret = { grant: { codeHash: hash('code', code) }, courier: { badgeHash: hash('badge', badge) } };
  return [kind, id, { ...(body as object), ...(secret as Record<string, object>)[kind] }];
});

function hash(kind: 'code' | 'badge', secret: string): string {
  return hashCredential(keys.codeChecking, kind, secret);
}

/** One life of an agent over fake ports, or over those that are given. */
export function testAgent(given: Partial<AgentPorts> = {}) {
  const clock = manualClock(Date.UTC(2026, 0, 2));
  const [kiosk, scanner, uplink] = [fakeKiosk(), fakeScanner(), fakeUplink()];
  const doors = new FakeDoors(config.slots.filter(({ blind }) => !blind).map(({ slot }) => slot));
  const log: string[] = [];
  const ports = {
    clock,
    kiosk,
    scanner,
    uplink,
    doors,
    random: seededRandom(1),
    store: memoryStore(),
    keys,
    logger: pino({ level: 'trace' }, { write: (line) => void log.push(line) }),
    ...given,
  };
  const agent = createAgent(config, ports);
  const looking: { holds: (view: KioskView) => boolean; resolve: (view: KioskView) => void }[] = [];
  kiosk.look((view) => {
    for (const { holds, resolve } of looking) if (holds(view)) resolve(view);
  });
  return {
    agent,
    clock,
    kiosk,
    scanner,
    uplink,
    doors,
    log,
    /** Resolves once this screen is shown on the fake kiosk. */
    screen: (name: KioskView['screen']['name']) =>
      new Promise<KioskView>((resolve) => {
        const holds = (view: KioskView) => view.screen.name === name;
        if (kiosk.view && holds(kiosk.view)) resolve(kiosk.view);
        else looking.push({ holds, resolve });
      }),
  };
}

/** Doors that spring open when pulsed, in the hands of a test. They outlive an agent, as real ones do. */
export class FakeDoors implements Doors {
  readonly positions: Map<number, DoorPosition>;
  /** Every coil driven so far. */
  readonly pulses: number[] = [];
  /** While true, a pulse is still under way until the doors are stopped. */
  slow = false;
  #listener: DoorsListener | undefined;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(slots: readonly number[]) {
    this.positions = new Map(slots.map((slot) => [slot, 'closed']));
  }

  async start(listener: DoorsListener): Promise<void> {
    this.#listener = listener;
    for (const [slot, position] of this.positions) listener.onDoor(slot, position);
  }
  async pulse(slot: number) {
    this.pulses.push(slot);
    queueMicrotask(() => this.set(slot, 'open'));
    if (this.slow) await this.#stopped.promise;
    return { ok: true, acknowledged: true } as const;
  }
  watch(): void {}
  confirmedOpen(): void {}
  async stop(): Promise<void> {
    this.#listener = undefined;
    this.#stopped.resolve();
  }

  set(slot: number, position: DoorPosition): void {
    if (this.positions.get(slot) === position) return;
    this.positions.set(slot, position);
    this.#listener?.onDoor(slot, position);
  }
}

/** The server's end of a fake line, by the book: hello, want, events, want. Throws on anything that is not in order. */
export class FakeServer {
  readonly events: LockerEvent[] = [];
  /** Journal lines of every batch, counted. */
  readonly batches: number[] = [];
  #head = '';
  #session: Pick<Hello, 'incarnation' | 'agentNonce'> | undefined;
  #plan: string[] = [];
  #rev = 0;
  /** Of the plan that the locker said to have in force. */
  #revInForce = 0;
  readonly #uplink: FakeUplink;
  readonly #waiting: { holds: () => boolean; resolve: () => void }[] = [];

  constructor(uplink: FakeUplink) {
    this.#uplink = uplink;
    uplink.onReceived = (kind, payload) => {
      if (kind !== 'reply') this.#take(kind, payload);
    };
  }

  /** Sends the whole plan, now and to whoever says hello. */
  setPlan(items: [PlanKind, string, unknown][]): void {
    this.#rev += 1;
    const rev = this.#rev;
    this.#plan = items.map(([kind, id, body]) =>
      planLine({ kind, id, rev, body } as Parameters<typeof planLine>[0]),
    );
    this.#sendPlan();
  }

  /** Resolves once it is true of what has arrived. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      if (holds()) resolve();
      else this.#waiting.push({ holds, resolve });
    });
  }
  /** Resolves once the locker has said that the plan is in force. */
  planInForce(): Promise<void> {
    return this.until(() => this.#rev > 0 && this.#revInForce === this.#rev);
  }
  has(kind: LockerEvent['kind'], count = 1): Promise<void> {
    return this.until(() => this.events.filter((event) => event.kind === kind).length >= count);
  }

  #take(kind: 'hello' | 'events' | 'beat' | 'will', payload: Uint8Array): void {
    const opened = openEnvelope(keys.up, topicFor(lockerId, `up/${kind}`), payload);
    if (!opened.ok) throw new Error(`${kind}: ${opened.reason}`);
    const message = UpMessage.parse(opened.envelope.header);
    if (message.type === 'hello') this.#greet(message);
    if (message.type === 'beat') this.#revInForce = message.rev;
    if (message.type === 'events') {
      if (message.headBefore !== this.#head || message.first !== this.events.length + 1)
        throw new Error(`events from ${message.first} do not follow`);
      this.batches.push(opened.envelope.lines.length);
      for (const line of opened.envelope.lines) {
        this.events.push(JSON.parse(line));
        this.#head = chainNext(this.#head, line);
      }
      this.#want();
    }
    for (const { holds, resolve } of this.#waiting) if (holds()) resolve();
  }

  #greet({ incarnation, agentNonce }: Hello): void {
    this.#head ||= chainStart(lockerId, incarnation);
    this.#session = { incarnation, agentNonce };
    this.#want();
    this.#sendPlan();
  }

  #want(): void {
    this.#send('want', {
      type: 'want',
      ordinal: 1,
      from: this.events.length + 1,
      headBefore: this.#head,
      durable: { ordinal: 1, seq: 0 },
      now: Date.UTC(2026, 0, 2),
      window: 200,
      spreadS: 0,
    });
  }

  #sendPlan(): void {
    if (this.#rev === 0 || !this.#session) return;
    const body = { as: 'snapshot', part: 1, parts: 1, digest: digestOf(this.#plan) };
    this.#send('plan', { type: 'plan', body }, this.#plan);
  }

  #send(kind: 'want' | 'plan', message: object, lines: readonly string[] = []): void {
    const fresh = { v: 1, locker: lockerId, ...this.#session, serverNonce: 's'.repeat(22) };
    const header = { ...fresh, serverEpoch: 1, rev: this.#rev, ...message };
    const sealed = sealEnvelope(keys.down, topicFor(lockerId, `down/${kind}`), header, lines);
    // A broker answers later, never inside the call that sent.
    queueMicrotask(() => this.#uplink.deliver(kind, sealed));
  }
}
