import type { ByteLine, ByteStream } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import { busInbox, type Exchanged, type ExchangeQuestion } from './bus-exchange.ts';

/** Rest of a line between closing it after trouble and opening it again. */
const REOPEN_PAUSE_MS = 100;
/** A line that cannot be opened is tried again after this, doubling up to the most. */
export const RETRY_FIRST_MS = 250;
export const RETRY_MOST_MS = 5_000;

/** The line under a bus: opened when needed, and left alone for a while after it failed. */
export interface BusLink {
  /**
   * Resolves when the line is open, or with why it is not; between two tries it refuses at once.
   * `fresh` when it was away meanwhile, so that another adapter may have come in its place.
   */
  ready(): Promise<{ ok: true; fresh: boolean } | { ok: false; detail: string }>;
  /** One at a time, and only after `ready` said so. */
  exchange<T>(question: Omit<ExchangeQuestion<T>, 'stream'>): Promise<Exchanged<T>>;
  /** Closes the line; `ready` opens it again after a pause. */
  drop(): Promise<void>;
  /** Monotonic time at which anything was last sent or received. */
  lastActiveMs(): number;
}

export function busLink(line: ByteLine, clock: Clock): BusLink {
  const inbox = busInbox(clock);
  let stream: ByteStream | undefined;
  let away = true;
  let failures = 0;
  let refusal = '';
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  const open = async () => {
    const opened = await line.open({
      onBytes: inbox.bytes,
      onClosed: (detail) => {
        // After our own `drop` the stream was forgotten before it closed, and the line is not away.
        if (stream !== undefined) away = true;
        stream = undefined;
        inbox.lost(detail);
      },
    });
    if (!opened.ok) {
      away = true;
      notBeforeMs = clock.monotonicMs() + Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures);
      failures += 1;
      refusal = `${opened.reason}: ${opened.detail}`;
      return { ok: false, detail: refusal } as const;
    }
    stream = opened.stream;
    failures = 0;
    const fresh = away;
    away = false;
    return { ok: true, fresh } as const;
  };

  const drop = async () => {
    const dropped = stream;
    stream = undefined;
    notBeforeMs = clock.monotonicMs() + REOPEN_PAUSE_MS;
    await dropped?.close();
  };

  return {
    lastActiveMs: inbox.lastActiveMs,
    drop,
    ready: async () => {
      if (stream !== undefined) return { ok: true, fresh: false };
      const waitMs = notBeforeMs - clock.monotonicMs();
      if (waitMs > 0 && failures > 0) {
        return { ok: false, detail: `${refusal}; next try in ${Math.ceil(waitMs)} ms` };
      }
      if (waitMs > 0) await new Promise<void>((done) => clock.after(waitMs, done));
      return open();
    },
    exchange: async (question) => {
      if (stream === undefined) return { outcome: 'line lost', detail: `${line.name} is closed` };
      const exchanged = await inbox.exchange({ ...question, stream });
      if (exchanged.outcome === 'line lost') away = true;
      return exchanged;
    },
  };
}
