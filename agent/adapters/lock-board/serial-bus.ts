import type { ByteLine } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BoardTrouble } from '../../ports/lock-board.ts';
import type { EchoProbe } from './bus-echo.ts';
import { busLink } from './bus-link.ts';
import { busReady, type Prepared } from './bus-ready.ts';
import type { FindReply } from './find-reply.ts';

/** An unlock reply is due within this, by the documents of the 8A family. */
export const OPEN_TIMEOUT_MS = 1_500;
/** More waiting questions of a kind than this are refused: no line has more boards, no person more patience. */
export const QUEUE_MAX = 64;

/**
 * One line with its boards: questions queue, one is in flight, and a line in trouble is closed,
 * rested and opened again before the next. The bus itself never sends anything twice.
 *
 *   idle → opening → probing for an echo (once per adapter) → asking → idle
 *             ↑                            trouble: close, rest ←┘
 *
 * Invariant: no echo is taken for a reply, though an adapter may begin to echo at any time. A reply that
 * equals its question is believed only after a probe behind it, which lets urgent questions go first.
 */
export interface SerialBus {
  readonly name: string;
  /** The clock that the line's times are kept by. */
  readonly clock: Clock;
  ask<T>(question: BusQuestion<T>): Promise<BusAnswer<T>>;
  /** Answers everything that waits as `closed` and releases the line. Idempotent. */
  close(): Promise<void>;
}

export interface BusQuestion<T> {
  bytes: Uint8Array;
  /** Goes ahead of everything that is not urgent. */
  urgent: boolean;
  timeoutMs: number;
  /** False for a board that keeps silent: the time out is then no trouble, and a reply welcome all the same. */
  replyDue: boolean;
  findReply: FindReply<T>;
  /** Of the board that is asked; that of the line unless given. */
  echoProbe?: EchoProbe;
}

/** `sent` tells whether any byte may have reached the board; `noise` counts bytes that belonged to no frame. */
export type BusAnswer<T> =
  | { ok: true; reply: T; noise: number }
  | { ok: false; reason: BoardTrouble; sent: boolean; detail: string; noise: number };

export interface SerialBusOptions {
  line: ByteLine;
  clock: Clock;
  echoProbe: EchoProbe;
}

interface Waiting {
  serve(prepared: Prepared): Promise<void>;
  refuse(): void;
}

type Tell<T> = (answer: BusAnswer<T>) => void;

interface Asked<T> {
  question: BusQuestion<T>;
  adapter: number;
  tell: Tell<T>;
}

export function serialBus({ line, clock, echoProbe }: SerialBusOptions): SerialBus {
  const link = busLink(line, clock);
  const ready = busReady({ link, clock, echoProbe });
  const queues: Record<'urgent' | 'doubted' | 'ordinary', Waiting[]> = {
    urgent: [],
    doubted: [],
    ordinary: [],
  };
  let running: Promise<void> | undefined;
  let closed = false;

  const serve = async <T>(question: BusQuestion<T>, prepared: Prepared, tell: Tell<T>): Promise<void> => {
    if (!prepared.ok)
      return tell({ ok: false, reason: 'line lost', sent: false, detail: prepared.detail, noise: 0 });
    const { bytes, timeoutMs, findReply, replyDue } = question;
    const exchanged = await link.exchange({ bytes, timeoutMs, findReply, echo: prepared.echo });
    ready.note(exchanged, { echo: prepared.echo, replyDue });
    if (exchanged.outcome === 'reply') {
      const answer = { ok: true, reply: exchanged.reply, noise: exchanged.noise } as const;
      if (exchanged.heardBack === 'asReply') doubt(answer, { question, adapter: prepared.adapter, tell });
      else tell(answer);
      return;
    }
    const troubled = exchanged.outcome !== 'refused' && replyDue;
    if (exchanged.outcome === 'line lost' || troubled) await link.drop();
    const detail = 'detail' in exchanged ? exchanged.detail : `${exchanged.outcome} on ${line.name}`;
    const noise = 'noise' in exchanged ? exchanged.noise : 0;
    tell({ ok: false, reason: exchanged.outcome, sent: true, detail, noise });
  };

  const doubt = <T>(answer: BusAnswer<T>, asked: Asked<T>) => {
    const disbelieve = (reason: BoardTrouble) => {
      const detail = `what came on ${line.name} may be the question itself, heard back`;
      asked.tell({ ok: false, reason, sent: true, detail, noise: answer.noise });
    };
    queues.doubted.push({
      serve: async (prepared) => {
        if (!prepared.ok) return disbelieve('line lost');
        if (prepared.echo || prepared.adapter !== asked.adapter) return disbelieve('garbage');
        const heard = await ready.probeAgain(asked.question.echoProbe ?? echoProbe);
        if (heard === 'none') asked.tell(answer);
        else disbelieve(heard === 'echo' ? 'no answer' : 'garbage');
      },
      refuse: () => disbelieve('closed'),
    });
  };
  const waiting = () => [...queues.urgent, ...queues.doubted, ...queues.ordinary];

  // The line is made ready first and the question chosen then, so that one that became urgent meanwhile is next.
  const run = async () => {
    while (waiting().length > 0) {
      const prepared = await ready.prepare(() => closed);
      const next = queues.urgent.shift() ?? queues.doubted.shift() ?? queues.ordinary.shift();
      await next?.serve(prepared);
    }
    running = undefined;
  };

  return {
    name: line.name,
    clock,
    ask: <T>(question: BusQuestion<T>) =>
      new Promise<BusAnswer<T>>((resolve) => {
        const refuse = (reason: 'closed' | 'queue full') =>
          resolve({ ok: false, reason, sent: false, detail: `${reason} on ${line.name}`, noise: 0 });
        const queue = queues[question.urgent ? 'urgent' : 'ordinary'];
        if (closed) return refuse('closed');
        if (queue.length >= QUEUE_MAX) return refuse('queue full');
        queue.push({
          serve: (prepared) => serve(question, prepared, resolve),
          refuse: () => refuse('closed'),
        });
        running ??= run();
      }),
    close: async () => {
      closed = true;
      for (const { refuse } of waiting()) refuse();
      for (const queue of Object.values(queues)) queue.length = 0;
      await link.drop();
      await running;
      // What was being opened meanwhile is let go too.
      await link.drop();
    },
  };
}
