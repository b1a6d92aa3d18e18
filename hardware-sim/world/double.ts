import type { Clock } from '@latchwork/agent';
import {
  type Beat,
  chainStart,
  type Hello,
  openEnvelope,
  sealEnvelope,
  topicFor,
  type UpMessage,
  type Uuid,
  uuidAt,
  uuidBase,
  Want,
} from '@latchwork/shared';
import type { Chance } from './chance.ts';
import type { Network, Parcel } from './network.ts';

export interface DoubleOptions {
  locker: string;
  keys: { up: Uint8Array; down: Uint8Array };
  clock: Clock;
  network: Network;
  chance: Chance;
}

/**
 * A second device with the locker's keys, as when a card was copied or the old unit is switched on again. It says
 * hello with a database of its own and is heard once, which closes the incarnation of the true one.
 */
export class Double {
  readonly #options: DoubleOptions;
  readonly #incarnations = new Set<Uuid>();
  #waiting: Hello | undefined;

  constructor(options: DoubleOptions) {
    this.#options = options;
  }

  get incarnations(): ReadonlySet<Uuid> {
    return this.#incarnations;
  }

  appear(): void {
    const { locker, clock, chance } = this.#options;
    const bytes = Uint8Array.from({ length: 26 }, () => chance.whole(0, 255));
    const incarnation = uuidAt(uuidBase(clock.wallMs(), bytes.subarray(0, 10)), 0);
    this.#incarnations.add(incarnation);
    const agentNonce = Buffer.from(bytes.subarray(10)).toString('base64url');
    this.#waiting = {
      ...{ v: 1, type: 'hello', locker, incarnation, agentNonce, next: 1, serverEpoch: 0, rev: 0 },
      ...{ head: chainStart(locker, incarnation), trimmedTo: 0, acked: 0, digests: {}, reborn: false },
      ...{ clock: { at: clock.wallMs(), state: 'good', floor: clock.wallMs() }, version: 'double' },
    } as Hello;
    this.#say(this.#waiting);
  }

  /** Sees what the server sends to the locker. */
  hear({ direction, topic, payload }: Parcel): void {
    const hello = this.#waiting;
    if (direction !== 'down' || !hello) return;
    const opened = openEnvelope(this.#options.keys.down, topic, payload);
    const want = opened.ok ? Want.safeParse(opened.envelope.header) : undefined;
    if (!want?.success || want.data.agentNonce !== hello.agentNonce) return;
    this.#waiting = undefined;
    const { trimmedTo: _t, acked: _a, version: _v, reborn: _r, ...standing } = hello;
    const beat: Beat = { ...standing, type: 'beat', serverNonce: want.data.serverNonce };
    this.#say(beat);
  }

  #say(message: UpMessage): void {
    const { locker, keys, network } = this.#options;
    const topic = topicFor(locker, `up/${message.type}`);
    network.toServer(topic, sealEnvelope(keys.up, topic, message, []));
  }
}
