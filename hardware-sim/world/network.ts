import type { Clock, Uplink, UplinkListener } from '@latchwork/agent';
import type { BrokerLink, OnMessage } from '@latchwork/server';
import { topicFor } from '@latchwork/shared';
import type { Chance } from './chance.ts';
import type { Life } from './life.ts';

/** What a broker and its lines may do to messages; probabilities are per message. */
export interface NetworkWeather {
  cut: boolean;
  drop: number;
  duplicate: number;
  /** Something that was sent before, by whomever, comes once more. */
  replay: number;
  delayMs: { from: number; to: number };
  /** The line looks whole, and nothing passes in this direction. */
  deaf: Parcel['direction'] | null;
}

export const fairWeather: NetworkWeather = {
  cut: false,
  drop: 0,
  duplicate: 0,
  replay: 0,
  delayMs: { from: 5, to: 40 },
  deaf: null,
};

export interface Parcel {
  direction: 'up' | 'down';
  topic: string;
  payload: Uint8Array;
}

export interface NetworkOptions {
  locker: string;
  clock: Clock;
  chance: Chance;
  /** Sees each message as it is sent, before anything happens to it. */
  sent(parcel: Parcel): void;
  /** Sees, and may change, what is about to be delivered; undefined keeps it back. */
  passing(parcel: Parcel): Uint8Array | undefined;
}

interface Session {
  life: Life;
  listener: UplinkListener;
  will: Uint8Array;
  up: boolean;
}

const heardMax = 60;
const connectMs = { from: 20, to: 900 };
/** Until the broker notices that a locker is gone. */
const willMs = { from: 500, to: 45_000 };

/** Broker and lines between one locker and the server: they may lose, repeat, reorder and delay whatever they carry. */
export class Network {
  weather: NetworkWeather = { ...fairWeather };
  /** The most messages that were ever under way at once. */
  underWayMost = 0;
  readonly #options: NetworkOptions;
  readonly #heard: Parcel[] = [];
  #session: Session | undefined;
  #onServer: OnMessage = async () => {};
  #underWay = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Cuts or heals the line; a session over it is lost. */
  setCut(cut: boolean): void {
    this.weather.cut = cut;
    if (cut) this.#lose();
  }

  /** The broker starts anew and has forgotten who was there; or it takes the locker for another one and puts it out. */
  forgetSession(): void {
    this.#lose();
  }

  /** The agent's end, for one life. */
  uplinkFor(life: Life): Uplink {
    const { locker, chance } = this.#options;
    return {
      connect: (listener, will) => {
        this.#lose();
        const mine: Session = { life, listener, will, up: false };
        this.#session = mine;
        life.clock.after(chance.whole(connectMs.from, connectMs.to), () => {
          if (this.#session !== mine) return;
          mine.up = !this.weather.cut;
          if (mine.up) return listener.onUp();
          this.#session = undefined;
          listener.onDown('no line');
        });
      },
      send: async (kind, payload) => {
        if (!life.on || this.#session?.life !== life || !this.#session.up) return false;
        this.#carry({ direction: 'up', topic: topicFor(locker, `up/${kind}`), payload });
        return true;
      },
      disconnect: async () => {
        this.#session = undefined;
      },
    };
  }

  /** The server's end. */
  get link(): BrokerLink {
    return {
      up: true,
      start: (onMessage) => {
        this.#onServer = onMessage;
      },
      publish: async (topic, payload) => {
        this.#carry({ direction: 'down', topic, payload: Buffer.from(payload) });
        return true;
      },
      onUp(listener) {
        listener();
        return () => {};
      },
      stop: async () => {},
    };
  }

  /** Hands something to the agent at once, whoever made it. */
  toAgent(topic: string, payload: Uint8Array): void {
    const session = this.#session;
    if (session?.up && session.life.on)
      session.listener.onMessage(topic.endsWith('/plan') ? 'plan' : 'want', payload);
  }

  /** Hands something to the server at once, whoever made it. */
  toServer(topic: string, payload: Uint8Array): void {
    void this.#onServer(topic, payload);
  }

  #carry(parcel: Parcel): void {
    const { chance, sent } = this.#options;
    const { drop, duplicate, replay } = this.weather;
    sent(parcel);
    this.#heard.push(parcel);
    if (this.#heard.length > heardMax) this.#heard.shift();
    if (this.weather.deaf === parcel.direction) return;
    if (!chance.maybe(drop)) this.#send(parcel);
    if (chance.maybe(duplicate)) this.#send(parcel);
    if (chance.maybe(replay)) this.#send(chance.one(this.#heard));
  }

  #send(parcel: Parcel): void {
    const { chance, clock } = this.#options;
    const { from, to } = this.weather.delayMs;
    this.#underWay += 1;
    this.underWayMost = Math.max(this.underWayMost, this.#underWay);
    clock.after(chance.whole(from, to), () => {
      this.#underWay -= 1;
      this.#deliver(parcel);
    });
  }

  #deliver(parcel: Parcel): void {
    // On its way up it has reached the broker; on its way down it still needs the line.
    if (parcel.direction === 'down' && this.weather.cut) return;
    const payload = this.#options.passing(parcel);
    if (!payload) return;
    if (parcel.direction === 'up') void this.#onServer(parcel.topic, payload);
    else this.toAgent(parcel.topic, payload);
  }

  #lose(): void {
    const lost = this.#session;
    // An attempt under way still has its outcome to come.
    if (!lost?.up) return;
    this.#session = undefined;
    if (lost.life.on) lost.listener.onDown('the line was cut');
    const { chance, clock, locker } = this.#options;
    const will: Parcel = { direction: 'up', topic: topicFor(locker, 'up/will'), payload: lost.will };
    clock.after(chance.whole(willMs.from, willMs.to), () => this.#carry(will));
  }
}
