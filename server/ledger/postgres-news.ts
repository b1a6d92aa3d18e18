import { LockerId } from '@latchwork/shared';
import type { Client, ClientBase } from 'pg';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { LedgerNews } from './ledger.ts';

const channel = 'latchwork_ledger';
/** PostgreSQL takes payloads of up to 8,000 bytes; this many of the longest locker ids fit one. */
const lockersPerPayload = 250;
const retryMs = { first: 100, most: 10_000 } as const;

const Payload = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['plan', 'events']), lockers: z.array(LockerId).max(lockersPerPayload) }),
  z.strictObject({ kind: z.enum(['notification', 'alarm']) }),
]);
type Payload = z.infer<typeof Payload>;

/** Sends news with the transaction: they leave when it commits, and never when it does not. */
export async function sendNews(client: ClientBase, news: readonly LedgerNews[]): Promise<void> {
  if (news.length === 0) return;
  const payloads = payloadsOf(news).map((payload) => JSON.stringify(payload));
  await client.query({
    name: 'ledger news',
    text: `SELECT pg_notify('${channel}', payload) FROM unnest($1::text[]) AS payload`,
    values: [payloads],
  });
}

export interface NewsOptions {
  /** A connection of its own, not yet connected. */
  newClient(): Client;
  clock: Clock;
}

export interface NewsFeed {
  subscribe(listener: (news: LedgerNews) => void): () => void;
  /** Tells listeners here of a commit made here, while no connection would bring them the news. */
  committed(news: readonly LedgerNews[]): void;
  close(): Promise<void>;
}

/**
 * Hears the commits of every process on a connection that is made anew, for as long as anybody listens, whenever
 * it breaks. News sent meanwhile are lost, so a new connection begins with those of which tables know more.
 */
export function newsFeed({ newClient, clock }: NewsOptions): NewsFeed {
  const listeners = new Set<(news: LedgerNews) => void>();
  let client: Client | undefined;
  let isListening = false;
  let isClosed = false;
  let delayMs: number = retryMs.first;
  let cancelRetry = () => {};

  const tell = (news: readonly LedgerNews[]) => {
    for (const item of news) for (const listener of listeners) listener(item);
  };

  const connect = async (fresh: Client) => {
    client = fresh;
    fresh.on('error', () => lost(fresh));
    fresh.on('end', () => lost(fresh));
    fresh.on('notification', ({ payload }) => tell(newsIn(payload)));
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${channel}`);
    } catch {
      lost(fresh);
      return;
    }
    if (client !== fresh) return;
    isListening = true;
    delayMs = retryMs.first;
    tell([{ kind: 'notification' }, { kind: 'alarm' }]);
  };

  const lost = (broken: Client) => {
    if (client !== broken) return;
    client = undefined;
    isListening = false;
    // Rejects when it was never connected, or is gone already.
    broken.end().catch(() => undefined);
    if (isClosed) return;
    cancelRetry = clock.after(delayMs, () => void connect(newClient()));
    delayMs = Math.min(delayMs * 2, retryMs.most);
  };

  return {
    subscribe(listener) {
      const own = (news: LedgerNews) => listener(news);
      const isFirst = listeners.size === 0;
      listeners.add(own);
      if (isFirst && client === undefined && !isClosed) {
        cancelRetry();
        void connect(newClient());
      }
      return () => {
        listeners.delete(own);
      };
    },
    committed(news) {
      if (!isListening) queueMicrotask(() => tell(news));
    },
    async close() {
      isClosed = true;
      cancelRetry();
      listeners.clear();
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}

function payloadsOf(news: readonly LedgerNews[]): Payload[] {
  const payloads: Payload[] = [];
  for (const kind of ['plan', 'events'] as const) {
    const lockers = news.flatMap((item) => (item.kind === kind ? [item.locker] : []));
    for (let i = 0; i < lockers.length; i += lockersPerPayload)
      payloads.push({ kind, lockers: lockers.slice(i, i + lockersPerPayload) });
  }
  for (const kind of ['notification', 'alarm'] as const)
    if (news.some((item) => item.kind === kind)) payloads.push({ kind });
  return payloads;
}

/** Anybody with the database's password can write into the channel: what is no news of ours is passed over. */
function newsIn(text: string | undefined): LedgerNews[] {
  const payload = Payload.safeParse(jsonOf(text));
  if (!payload.success) return [];
  const { data } = payload;
  if (!('lockers' in data)) return [{ kind: data.kind }];
  return data.lockers.map((locker) => ({ kind: data.kind, locker }));
}

function jsonOf(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
