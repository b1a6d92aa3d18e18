import type { Clock } from '../clock.ts';
import { bcc8aTalker } from './bcc8a.ts';
import type { BoardConfig } from './board-config.ts';
import { kerongCu12Talker } from './kerong-cu12.ts';
import { kerongCu16Talker } from './kerong-cu16.ts';
import { kerongCu48Talker } from './kerong-cu48.ts';
import { modbusRelayTalker } from './modbus-relay.ts';
import type { BoardBody, Talker } from './talker.ts';
import { wklyTalker } from './wkly.ts';

/** A board on a shared line: it hears every byte, and sends only when it is asked by its own address. */
export interface Board {
  /** Takes bytes that were on the wire from then to then. */
  receive(bytes: Uint8Array, onWire: { fromMs: number; toMs: number }): void;
  /** To be called when a contact has changed, for firmware that reports changes unasked. */
  contactChanged(channel: number): void;
  /** Ends its timers and forgets what it half heard, as when its supply is switched off. */
  reset(): void;
}

/** What the board's terminals and its address switches are wired to. */
export type BoardWiring = Omit<BoardBody, 'send' | 'later'>;

/** A frame that halts for longer than this is given up: many times a character's 1.042 ms at 9600 baud. */
const QUIET_MS = 50;

export function createBoard(options: {
  clock: Clock;
  config: BoardConfig;
  wiring: BoardWiring;
  send: (bytes: Uint8Array) => void;
}): Board {
  const { clock, config, wiring, send } = options;
  const timers = new Set<() => void>();
  let lastByteAtMs = clock.nowMs();

  const later = (delayMs: number, run: () => void) => {
    if (delayMs === 0) return run();
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
    return undefined;
  };
  const talker = talkerFor(config, { ...wiring, send, later });

  return {
    receive: (bytes, { fromMs, toMs }) => {
      if (fromMs - lastByteAtMs > QUIET_MS) talker.forget();
      lastByteAtMs = toMs;
      talker.receive(bytes);
    },
    contactChanged: (channel) => {
      const frame = talker.changeFrame(channel);
      if (frame) send(frame);
    },
    reset: () => {
      for (const cancel of timers) cancel();
      timers.clear();
      talker.reset();
    },
  };
}

function talkerFor(config: BoardConfig, body: BoardBody): Talker {
  switch (config.profile) {
    case 'bcc8a':
      return bcc8aTalker(config, body);
    case 'kerong-cu48':
      return kerongCu48Talker(config, body);
    case 'kerong-cu16':
      return kerongCu16Talker(config, body);
    case 'kerong-cu12':
      return kerongCu12Talker(config, body);
    case 'wkly':
      return wklyTalker(config, body);
    case 'modbus-relay':
      return modbusRelayTalker(config, body);
  }
}
