import type { Clock, Config } from '@latchwork/agent';
import {
  createDownlink,
  createEventProcessor,
  createPlanSender,
  decideBooking,
  decideCancel,
  type FactHandlers,
  type LockerState,
  nextEpoch,
  packageFacts,
  quietFacts,
  type Clock as ServerClock,
  seededRandom,
  slotFacts,
} from '@latchwork/server';
import {
  badgeFrom,
  deriveCode,
  type EntityId,
  entityId,
  hashCredential,
  type LockerKeys,
  planDigests,
  type SlotSize,
} from '@latchwork/shared';
import type { Chance } from './chance.ts';
import { type CountingLedger, countingLedger, OnceEach } from './counting.ts';
import type { Network } from './network.ts';
import type { Breach } from './promises.ts';
import { registrationOf } from './registration.ts';
import type { Trace } from './trace.ts';
import type { Wiring } from './wiring.ts';

export interface Booked {
  id: EntityId;
  barcode: string;
  code: string;
}

export interface CentreOptions {
  config: Config;
  keys: LockerKeys;
  clock: Clock;
  network: Network;
  chance: Chance;
  trace: Trace;
  breach: Breach;
  wiring: Wiring;
}

const codeMaking = new Uint8Array(32).fill(11);
/** So much longer than a booking does the server let its code live. */
const codeOutlivesBookingMs = 90 * 86_400_000;
/** No backup that is restored is older, and lockers keep what they were acknowledged for as long. */
const backupsKeptMs = 15 * 60_000;
const logger = { info() {}, warn() {}, error() {}, debug() {} };

/** The server's own decisions over the ledger in memory: sessions, facts, plans and bookings of one locker. */
export class Centre {
  readonly courier: { id: EntityId; badge: string };
  readonly #options: CentreOptions;
  readonly #ledger: CountingLedger;
  readonly #facts: OnceEach;
  readonly #random: ReturnType<typeof seededRandom>;
  #processor: ReturnType<typeof createEventProcessor>;
  #up: Promise<void> = Promise.resolve();
  #backups: { atMs: number; restore(): void }[] = [];
  /** Digests of the plan at each revision that it ever had. */
  readonly #plans = new Map<string, string>();
  readonly #grants = new Map<string, { id: string; barcode: string }>();

  constructor(options: CentreOptions) {
    const { config, chance, breach, wiring } = options;
    this.#options = options;
    this.#ledger = countingLedger(config.lockerId, wiring);
    this.#random = seededRandom(String(chance.whole(0, 2 ** 32 - 1)));
    this.#facts = new OnceEach(
      { ...packageFacts, ...slotFacts, ...quietFacts } satisfies FactHandlers,
      breach,
    );
    this.#processor = this.#newProcessor();
    this.#ledger.onCommitted((news) => {
      if (news.kind === 'plan') void this.#notePlan();
    });
    this.courier = { id: this.#newId(), badge: badgeFrom(this.#random.bytes(26)) };
  }

  async start(): Promise<void> {
    const { config, clock, keys } = this.#options;
    this.#ledger.register(registrationOf(config, this.#newId(), clock.wallMs()));
    const badgeHash = hashCredential(keys.codeChecking, 'badge', this.courier.badge);
    await this.#decide((book) =>
      book.putPlanItem('courier', this.courier.id, { carrier: 'Swift', badgeHash }),
    );
    this.#processor.start();
  }

  stop(): Promise<void> {
    return this.#processor.stop();
  }

  /** Books a slot; undefined where none is free. Its code expires `codeLivesMs` from now. */
  async book(size: SlotSize, barcode: string, codeLivesMs: number): Promise<Booked | undefined> {
    const { config, clock, keys, trace } = this.#options;
    const id = this.#newId();
    const grantId = this.#newId();
    const ids = {
      booking: id,
      package: this.#newId(),
      grant: grantId,
      booked: this.#newId(),
      codeReady: this.#newId(),
    };
    const nowMs = clock.wallMs();
    const counter = await this.#decide((book) => {
      const decision = decideBooking(book, {
        ...{ size, trackingId: barcode, userId: ids.package, nowMs, ids, tokenHash: 't'.repeat(43) },
        expiresAtMs: nowMs + codeLivesMs - codeOutlivesBookingMs,
        keys: { generation: 1, codeMaking, codeChecking: keys.codeChecking },
      });
      if (!decision.ok) return undefined;
      this.#mayBook(book.slots.find(({ slot }) => slot === book.booking(id)?.slot));
      return book.grants.find((grant) => grant.grantId === grantId)?.counter;
    });
    if (counter === undefined) return undefined;
    this.#grants.set(grantId, { id, barcode });
    trace.add(`booked ${barcode}`);
    return { id, barcode, code: deriveCode(codeMaking, { locker: config.lockerId, booking: id, counter }) };
  }

  async cancel(bookingId: EntityId): Promise<void> {
    const { clock, trace } = this.#options;
    trace.add(`cancelled ${bookingId}`);
    const wish = { bookingId, notificationId: this.#newId(), nowMs: clock.wallMs() };
    await this.#decide((book) => decideCancel(book, wish));
  }

  planAt(serverEpoch: number, rev: number): string | undefined {
    return this.#plans.get(`${serverEpoch} ${rev}`);
  }

  bookingOf(grant: string): { id: string; barcode: string } | undefined {
    return this.#grants.get(grant);
  }

  /** How many facts of an incarnation were ever committed. */
  everHad(incarnation: string): number {
    return this.#ledger.everHad(incarnation);
  }

  backUp(): void {
    const atMs = this.#options.clock.monotonicMs();
    this.#backups = this.#backups.filter((kept) => kept.atMs > atMs - backupsKeptMs);
    this.#backups.push({ atMs, restore: this.#ledger.backUp() });
  }

  /** The server ends, and another one starts on what the database was some minutes ago. */
  async restore(chance: Chance): Promise<void> {
    const { clock, wiring } = this.#options;
    const youngEnough = this.#backups.filter(({ atMs }) => atMs > clock.monotonicMs() - backupsKeptMs);
    if (youngEnough.length === 0) return;
    let goOn = () => {};
    this.#up = new Promise((resolve) => {
      goOn = resolve;
    });
    await this.#processor.stop();
    chance.one(youngEnough).restore();
    this.#facts.restored(this.#ledger.state().effects);
    await this.#commit((book) => {
      const { serverEpoch } = book.plan;
      book.startEpoch((wiring.nextEpoch ?? nextEpoch)(clock.wallMs(), serverEpoch));
    });
    this.#processor = this.#newProcessor();
    this.#processor.start();
    goOn();
  }

  state(): LockerState {
    const [found] = this.#ledger.state().lockers;
    if (!found) throw new Error('the locker is not registered');
    return found;
  }

  #newProcessor(): ReturnType<typeof createEventProcessor> {
    const { config, keys, clock, network } = this.#options;
    const keysOf = async () => keys;
    const serverClock: ServerClock = { nowMs: clock.wallMs, after: clock.after };
    const parts = { ledger: this.#ledger, clock: serverClock, random: this.#random, logger };
    return createEventProcessor({
      ...parts,
      link: network.link,
      keysOf,
      plan: createPlanSender({ ...parts, downlink: createDownlink(network.link, keysOf) }),
      handlers: this.#facts.handlers,
      quietLockers: async (unheardSinceMs) => {
        const { presence } = this.state();
        return presence?.online && (presence.lastHeardAt ?? 0) <= unheardSinceMs ? [config.lockerId] : [];
      },
      spreadS: 5,
      durableAfterMs: backupsKeptMs,
    });
  }

  /** While a server is down, nobody books. */
  async #decide<T>(decide: (book: Parameters<typeof decideBooking>[0]) => T): Promise<T> {
    await this.#up;
    return this.#commit(decide);
  }

  #commit<T>(decide: (book: Parameters<typeof decideBooking>[0]) => T): Promise<T> {
    const { lockerId } = this.#options.config;
    return this.#ledger.commit({ lockers: [lockerId] }, (books) => {
      const book = books.of(lockerId);
      if (!book) throw new Error('the locker is not registered');
      return decide(book);
    });
  }

  #mayBook(slot: LockerState['slots'][number] | undefined): void {
    if (slot?.occupancy !== 'empty' || slot.faulty)
      this.#options.breach('I6', `slot ${slot?.slot} is booked, and was last reported ${slot?.occupancy}`);
  }

  async #notePlan(): Promise<void> {
    const { serverEpoch, rev, items } = await this.#ledger.planSince(this.#options.config.lockerId, 0);
    const lines = items.flatMap(({ kind, line }) => (line === null ? [] : [{ kind, line }]));
    const digests = JSON.stringify(planDigests(lines));
    const before = this.#plans.get(`${serverEpoch} ${rev}`) ?? digests;
    if (before !== digests)
      this.#options.breach('I7', `there are two plans of revision ${rev} in epoch ${serverEpoch}`);
    this.#plans.set(`${serverEpoch} ${rev}`, digests);
  }

  #newId(): EntityId {
    return entityId('gb', this.#random.uuidv7(this.#options.clock.wallMs()));
  }
}
