import {
  chainNext,
  chainStart,
  DownMessage,
  deriveLockerKeys,
  type Fact,
  type LockerId,
  type LockerKeys,
  openEnvelope,
  type Plan,
  PlanLine,
  parseTopic,
  planDigests,
  sealEnvelope,
  topicFor,
  type Uuid,
  type Want,
} from '@latchwork/shared';
import { seededRandom } from '../random.ts';

/** The keys of every locker of these tests. */
export function testKeys(locker: LockerId): LockerKeys {
  return deriveLockerKeys(Buffer.from(locker.padEnd(32, '.')));
}

type Header = Record<string, unknown>;
type UpKind = 'hello' | 'events' | 'beat' | 'will';

/**
 * A locker that does nothing by itself: tests tell it what to say, and it keeps the journal, the session and the
 * plan that a real one would. Written from the protocol, apart from the agent, so that both sides' mistakes show.
 */
export class ScriptedLocker {
  readonly id: LockerId;
  readonly keys: LockerKeys;
  readonly lines: string[] = [];
  readonly plan = new Map<string, { kind: string; line: string; rev: number }>();
  incarnation: Uuid;
  serverEpoch = 0;
  rev = 0;
  agentNonce = '';
  serverNonce = '';
  #staged = new Map<number, readonly string[]>();
  readonly #random;
  readonly #send: (topic: string, payload: Uint8Array) => void;
  #inbox: { message: DownMessage; lines: string[] }[] = [];
  #wake: () => void = () => {};

  constructor(id: LockerId, keys: LockerKeys, send: (topic: string, payload: Uint8Array) => void) {
    this.id = id;
    this.keys = keys;
    this.#send = send;
    this.#random = seededRandom(id);
    this.incarnation = this.#random.uuidv7(1_000);
  }

  /** The next sequence number. */
  get next(): number {
    return this.lines.length + 1;
  }

  /** The chain's hash before the line with this number. */
  headBefore(seq: number): string {
    return this.lines.slice(0, seq - 1).reduce(chainNext, chainStart(this.id, this.incarnation));
  }

  nonce(): string {
    return Buffer.from(this.#random.bytes(16)).toString('base64url');
  }

  uuid(): Uuid {
    return this.#random.uuidv7(2_000);
  }

  startIncarnation(): void {
    this.incarnation = this.uuid();
    this.lines.length = 0;
  }

  /** Adds a fact to the journal and returns its id. */
  note(fact: Fact | { kind: string }, change: Header = {}): Uuid {
    const { kind, ...body } = fact;
    const id = this.uuid();
    const event = {
      id,
      seq: this.next,
      at: 1_700_000_000_000 + this.next,
      clock: 'good',
      kind,
      ...body,
      ...change,
    };
    this.lines.push(JSON.stringify(event));
    return id;
  }

  say(kind: UpKind, header: Header, lines: readonly string[] = []): Uint8Array {
    const topic = topicFor(this.id, `up/${kind}`);
    const whole = {
      v: 1,
      locker: this.id,
      incarnation: this.incarnation,
      agentNonce: this.agentNonce,
      type: kind,
    };
    const bytes = sealEnvelope(this.keys.up, topic, { ...whole, ...header }, lines);
    this.#send(topic, bytes);
    return bytes;
  }

  hello(change: Header = {}): Uint8Array {
    if (this.agentNonce === '') this.agentNonce = this.nonce();
    const state = { acked: 0, trimmedTo: 0, version: 'test', reborn: false };
    return this.say('hello', { ...this.#standing(), ...state, ...change });
  }

  beat(change: Header = {}): Uint8Array {
    return this.say('beat', { serverNonce: this.serverNonce, ...this.#standing(), ...change });
  }

  /** Sends the lines from one sequence number up to another, at most 64. */
  events(first = 1, to = this.next, change: Header = {}): Uint8Array {
    const header = { serverNonce: this.serverNonce, first, headBefore: this.headBefore(first), ...change };
    return this.say('events', header, this.lines.slice(first - 1, to - 1));
  }

  will(change: Header = {}): Uint8Array {
    return this.say('will', change);
  }

  /** What the broker delivers to it. Throws on a bad seal or shape, which a server must never send. */
  deliver(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    const opened = openEnvelope(this.keys.down, topic, payload);
    if (parsed?.locker !== this.id || !opened.ok) throw new Error(`not for ${this.id}: ${topic}`);
    const message = DownMessage.parse(opened.envelope.header);
    this.#inbox.push({ message, lines: opened.envelope.lines });
    this.#wake();
  }

  /** The next message that was delivered. */
  async receive(): Promise<{ message: DownMessage; lines: string[] }> {
    for (;;) {
      const next = this.#inbox.shift();
      if (next) return next;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async receiveWant(): Promise<Want> {
    for (;;) {
      const { message } = await this.receive();
      if (message.type !== 'want') continue;
      this.serverNonce = message.serverNonce;
      return message;
    }
  }

  /** Opens a session and takes the first plan, which testRegistration makes. */
  async greet(): Promise<void> {
    this.hello();
    await this.receiveWant();
    await this.receivePlan(5);
  }

  /** Waits for plan messages and applies them until the plan in force is at `rev`. */
  async receivePlan(rev: number): Promise<void> {
    while (this.rev < rev) {
      const { message, lines } = await this.receive();
      if (message.type === 'plan') this.apply(message, lines);
    }
  }

  apply(plan: Plan, lines: readonly string[]): void {
    if (plan.body.as === 'snapshot') {
      this.#staged.set(plan.body.part, lines);
      if (this.#staged.size < plan.body.parts) return;
      this.plan.clear();
      for (const part of this.#staged.values()) this.#put(part);
      this.#staged = new Map();
    } else {
      if (plan.body.fromRev !== this.rev) return;
      this.#put(lines);
    }
    this.serverEpoch = plan.serverEpoch;
    this.rev = plan.rev;
  }

  /** Waits until nothing is under way and says what was delivered and not yet received. */
  pending(): string[] {
    return this.#inbox.map(({ message }) => message.type);
  }

  #put(lines: readonly string[]): void {
    for (const line of lines) {
      const item = PlanLine.parse(JSON.parse(line));
      if ('gone' in item) this.plan.delete(`${item.kind} ${item.id}`);
      else this.plan.set(`${item.kind} ${item.id}`, { kind: item.kind, line, rev: item.rev });
    }
  }

  #standing() {
    const { next, serverEpoch, rev } = this;
    const clock = { at: 1_700_000_000_000, state: 'good', floor: 1_700_000_000_000 };
    return {
      next,
      head: this.headBefore(next),
      serverEpoch,
      rev,
      digests: planDigests(this.plan.values()),
      clock,
    };
  }
}
