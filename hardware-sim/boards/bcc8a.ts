import type { Clock } from '../clock.ts';
import {
  type Bcc8aRequest,
  createBcc8aRequestReader,
  encodeAll,
  encodeChange,
  encodeOpenedAll,
  encodeStatus,
} from './bcc8a-codec.ts';
import type { Bcc8aConfig } from './bcc8a-config.ts';

/** What the board's terminals are wired to. Channels are 1-based. */
export interface BoardWiring {
  contactShorted(channel: number): boolean;
  energise(channel: number, durationMs: number): void;
}

/** A board on a shared line: it hears every byte, and sends only when it is asked by its own address. */
export interface Bcc8aBoard {
  receive(bytes: Uint8Array): void;
  /** To be called when a contact has changed, for firmware that reports changes unasked. */
  contactChanged(channel: number): void;
  /** Ends its timers, as when its supply is switched off. */
  stop(): void;
}

/** A frame that halts for longer than this is given up: many times a character's 1.042 ms at 9600 baud. */
const QUIET_MS = 50;
const MS_PER_SECOND = 1000;

export function createBcc8aBoard(options: {
  clock: Clock;
  config: Bcc8aConfig;
  wiring: BoardWiring;
  send: (bytes: Uint8Array) => void;
}): Bcc8aBoard {
  const { clock, config, wiring, send } = options;
  const reader = createBcc8aRequestReader();
  const timers = new Set<() => void>();
  let lastByteAtMs = clock.nowMs();

  const later = (delayMs: number, run: () => void) => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };
  const status = (header: 0x80 | 0x8a, channel: number) =>
    encodeStatus({ header, address: config.address, channel, shorted: wiring.contactShorted(channel) });

  const openOne = (channel: number, seconds: number | null) => {
    const durationMs = seconds === null ? config.pulseMs : seconds * MS_PER_SECOND;
    wiring.energise(channel, durationMs);
    if (config.unlockReply === 'silent') return;
    const header = config.unlockReply === 'header80' ? 0x80 : 0x8a;
    if (config.unlockReplyAt === 'pulseStart') send(status(header, channel));
    else later(durationMs, () => send(status(header, channel)));
  };

  const openAll = () => {
    for (let channel = 1; channel <= config.channels; channel += 1) {
      later((channel - 1) * config.pulseMs, () => wiring.energise(channel, config.pulseMs));
    }
    if (config.unlockReply !== 'silent') send(encodeOpenedAll(config.address));
  };

  const readAll = () => {
    const shorted = Array.from({ length: config.channels }, (_, index) => wiring.contactShorted(index + 1));
    const statusBytes = config.statusBytes ?? Math.ceil(config.channels / 8);
    send(encodeAll({ address: config.address, shorted, statusBytes, order: config.statusOrder }));
  };

  const answer = (request: Bcc8aRequest) => {
    if (request.address !== config.address) return;
    if (request.kind === 'openAll') return openAll();
    if (request.kind === 'readAll') return readAll();
    if (request.channel > config.channels) return;
    if (request.kind === 'openOne') return openOne(request.channel, request.seconds);
    return send(status(0x80, request.channel));
  };

  return {
    receive: (bytes) => {
      const nowMs = clock.nowMs();
      if (nowMs - lastByteAtMs > QUIET_MS) reader.clear();
      lastByteAtMs = nowMs;
      for (const request of reader.push(bytes)) answer(request);
    },
    contactChanged: (channel) => {
      if (!config.unsolicited) return;
      const header = config.unsolicited === '81' ? 0x81 : 0x82;
      send(
        encodeChange({ header, address: config.address, channel, shorted: wiring.contactShorted(channel) }),
      );
    },
    stop: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
