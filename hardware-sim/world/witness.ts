import type { Change, Tables } from '@latchwork/agent';
import {
  AnyEvent,
  chainNext,
  chainStart,
  type LockerEvent,
  parseEvent,
  planDigests,
} from '@latchwork/shared';
import { Beliefs, type BookingOf } from './beliefs.ts';
import { Keypad } from './keypad.ts';
import type { Life } from './life.ts';
import type { Breach } from './promises.ts';
import { slots } from './site.ts';
import type { Trace } from './trace.ts';

export interface WitnessOptions {
  locker: string;
  trace: Trace;
  breach: Breach;
  /** The digests of the server's plan at a revision; undefined for one that there never was. */
  planAt(serverEpoch: number, rev: number): string | undefined;
  bookingOf: BookingOf;
  /** How many facts of an incarnation the server ever committed. */
  serverEverHad(incarnation: string): number;
}

/** Pulses of one authorisation before the agent gives up. */
const pulsesMax = 3;
/** Per slot a watch, a rest, a settling, a door left open and a grace period; and the line's and the person's. */
const timersMax = 10 + 3 * slots.length;

/** Sees every commit and every coil, and holds them against the promises. Believes the disk and nobody else. */
export class Witness {
  readonly beliefs: Beliefs;
  readonly keypad: Keypad;
  readonly counts = { lines: 0, pulses: 0, collected: 0, timersMost: 0 };
  readonly #options: WitnessOptions;
  readonly #shownInLife = new Set<string>();
  readonly #pulsesOf = new Map<string, number>();
  /** Coils that the agent asked for and that were not driven yet. */
  readonly #asked = new Map<number, number>();
  /** Every fact that was ever on the disk, by its id: its first line. */
  readonly #facts = new Map<string, string>();
  readonly #incarnations = new Set<string>();
  /** How often the card lost lines. */
  cardLosses = 0;
  #life = 0;
  #seq = 0;
  #floorMs = 0;
  #head = '';
  #inForce = { serverEpoch: 0, rev: 0 };

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.beliefs = new Beliefs(options.bookingOf, options.breach);
    this.keypad = new Keypad(options.breach);
  }

  /** @param tables on disk as the power comes back */
  lifeBegins(life: Life, tables: Tables | undefined): void {
    this.#life = life.number;
    this.#shownInLife.clear();
    this.#asked.clear();
    if (tables) this.beliefs.compareWith(tables);
  }

  get facts(): ReadonlyMap<string, string> {
    return this.#facts;
  }
  get incarnations(): ReadonlySet<string> {
    return this.#incarnations;
  }

  /** @param tables as the card has them now */
  cardLost(lost: readonly { id: string }[], { meta }: Tables): void {
    for (const { id } of lost) this.#facts.delete(id);
    if (lost.length > 0) this.cardLosses += 1;
    this.#seq = meta.nextSeq - 1;
    this.#head = meta.head;
    this.#floorMs = floorOf(meta);
    this.#inForce = { serverEpoch: meta.serverEpoch, rev: meta.rev };
  }

  /** What a code or badge hashes to, as someone typed or scanned it at the unit. */
  shown(hash: string): void {
    this.#shownInLife.add(hash);
  }

  /** @param tables as they are on disk after this change */
  committed(change: Change, tables: Tables, life: Life): void {
    const { breach, serverEverHad, locker } = this.#options;
    const { meta } = change;
    this.#checkFloor(meta);
    if (!this.#incarnations.has(meta.incarnation)) {
      this.#incarnations.add(meta.incarnation);
      this.#seq = 0;
      this.#head = chainStart(locker, meta.incarnation);
    }
    const events = change.lines.flatMap((line) => this.#read(line) ?? []);
    for (const event of events) {
      if (event.kind === 'access.authorised') this.#checkCredential(event, tables);
      if (event.kind === 'package.collected') this.counts.collected += 1;
      this.beliefs.take(event, life.number);
    }
    this.keypad.committed(events, meta);
    const planChanged = change.planItems.length + change.planItemsEnded.length > 0;
    if (planChanged || meta.rev !== this.#inForce.rev) this.#checkPlan(tables);
    if (meta.nextSeq !== this.#seq + 1) breach('journal', `the next line is to be ${meta.nextSeq}`);
    const had = serverEverHad(meta.incarnation);
    if (meta.ackedSeq > had)
      breach('I2', `line ${meta.ackedSeq} counts as kept, and the server has had ${had} lines`);
    this.counts.timersMost = Math.max(this.counts.timersMost, life.waiting);
    if (life.waiting > timersMax) breach('I14', `${life.waiting} timers wait`);
  }

  /** The agent asks for a coil to be driven. */
  asked(slot: number): void {
    this.#asked.set(slot, (this.#asked.get(slot) ?? 0) + 1);
  }

  /** A coil is driven. */
  driven(slot: number): void {
    const { trace, breach } = this.#options;
    this.counts.pulses += 1;
    trace.add(`coil ${slot}`);
    const asked = this.#asked.get(slot) ?? 0;
    const isForAnother = asked === 0 && [...this.#asked.values()].some((count) => count > 0);
    if (isForAnother) return breach('I5', `coil ${slot} is driven, and another one was asked for`);
    if (asked === 0) breach('I3', `coil ${slot} is driven without being asked for`);
    this.#asked.set(slot, asked - 1);
    const alive = this.beliefs.alive(slot);
    if (!alive) return breach('I3', `coil ${slot} is driven without a durable authorisation`);
    if (alive.life !== this.#life)
      breach('I3', `coil ${slot} is driven for an authorisation of life ${alive.life}`);
    const pulses = (this.#pulsesOf.get(alive.id) ?? 0) + 1;
    this.#pulsesOf.set(alive.id, pulses);
    if (pulses > pulsesMax) breach('I3', `coil ${slot} is driven ${pulses} times for one authorisation`);
  }

  /** What a line says, or undefined where it was said before: by a line that this one carries over. */
  #read({ seq, id, line, hash }: Change['lines'][number]): LockerEvent | undefined {
    const { trace, breach } = this.#options;
    this.#seq += 1;
    if (seq !== this.#seq) breach('journal', `line ${seq} follows line ${this.#seq - 1}`);
    this.#head = chainNext(this.#head, line);
    if (hash !== this.#head) breach('journal', `the hash of line ${seq} does not continue the chain`);
    const event = parseEvent(AnyEvent.parse(JSON.parse(line)));
    if (!event.ok) breach('journal', `line ${seq} cannot be understood: ${event.reason}`);
    const said = line.slice(line.indexOf('"at"'), -1);
    const before = this.#facts.get(id);
    if (before !== undefined) {
      if (before !== said || !(event.ok && event.event.origin))
        breach('journal', `line ${seq} bears the id of another fact`);
      return undefined;
    }
    this.#facts.set(id, said);
    this.counts.lines += 1;
    trace.add(`${seq} ${hash.slice(0, 6)} ${line.slice(line.indexOf('"kind"') + 7, -1)}`);
    return event.ok ? event.event : undefined;
  }

  #checkCredential(fact: Extract<LockerEvent, { kind: 'access.authorised' }>, tables: Tables): void {
    const { means, id } = fact.allowedBy;
    const at = `slot ${fact.slot}, ${fact.purpose} by ${means} ${id}`;
    const breach = (why: string) => this.#options.breach('I8', `${at}: ${why}`);
    if (tables.planItems.has(`revocation ${id}`)) breach('it is revoked');
    const item = tables.planItems.get(`${means === 'grant' ? 'grant' : 'courier'} ${id}`);
    if (!item) {
      // Who has just collected may look again, whatever has become of the grant.
      if (fact.purpose !== 'reopen') breach('it is not in the plan');
      return;
    }
    const { body } = JSON.parse(item.line) as {
      body: { codeHash?: string; badgeHash?: string; expiresAt?: number };
    };
    if ((body.expiresAt ?? Number.POSITIVE_INFINITY) < this.#floorMs) breach('it has expired');
    if (!this.#shownInLife.has(body.codeHash ?? body.badgeHash ?? ''))
      breach('nobody showed it in this life');
  }

  /** Expiry is judged by a time that never goes back. */
  #checkFloor(meta: Tables['meta']): void {
    const floor = floorOf(meta);
    if (floor < this.#floorMs)
      this.#options.breach('I8', `the clock floor goes back by ${this.#floorMs - floor} ms`);
    this.#floorMs = Math.max(this.#floorMs, floor);
  }

  #checkPlan({ meta, planItems }: Tables): void {
    const { breach, planAt } = this.#options;
    const { serverEpoch, rev } = meta;
    const before = this.#inForce;
    if (serverEpoch < before.serverEpoch || (serverEpoch === before.serverEpoch && rev < before.rev))
      breach('I7', `the plan went back from revision ${before.rev} to ${rev}`);
    this.#inForce = { serverEpoch, rev };
    const known = rev === 0 ? '{}' : planAt(serverEpoch, rev);
    if (known !== JSON.stringify(planDigests(planItems.values())))
      breach('I7', `the plan in force at revision ${rev} is not the server's`);
  }
}

function floorOf({ floorMs, poweredMs, floorAtPoweredMs }: Tables['meta']): number {
  return floorMs + poweredMs - floorAtPoweredMs;
}
