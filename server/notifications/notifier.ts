import type { Kysely } from 'kysely';
import type { KeyRing } from '../access/index.ts';
import type { Clock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { composeMessage } from './compose.ts';
import type { Logger } from './logger.ts';
import type { Mailer, MailOutcome } from './mailer.ts';
import { endMessage, type HeldMessage, holdDue, retryMessage } from './outbox.ts';

export interface NotifierParts {
  db: Kysely<Tables>;
  ledger: Pick<Ledger, 'onCommitted'>;
  ring: KeyRing;
  clock: Clock;
  mailer: Mailer;
  logger: Logger;
  limits?: Partial<typeof notifierLimits>;
}

export interface Notifier {
  /** Lets what is under way end, for a moment; what does not is sent again later. */
  stop(): Promise<void>;
}

export const notifierLimits = {
  /** Sent side by side; the mailer has as many connections. */
  batchMax: 4,
  /** With the waits below they last three days; a booking is of no more use by then. */
  attemptsMax: 30,
  retryMinMs: 1_000,
  retryMaxMs: 4 * 60 * 60_000,
  /** One mail, from connecting to the server's word. */
  sendMs: 10_000,
  /** After that another process takes over what a killed one held. */
  heldMs: 15_000,
  /** The fallback where no news comes. */
  pollMs: 1_000,
  stopMs: 3_000,
};

/**
 * Sends what people are to be told, at least once: a mail that the server took just before a kill is sent
 * again, under the same message id.
 *
 *   waiting ──locker confirmed (by the ledger)──▶ pending ⇄ held, tried, put off ──▶ sent | superseded | dead
 */
export function startNotifier(parts: NotifierParts): Notifier {
  const { clock, logger, mailer, ledger } = parts;
  const limits = { ...notifierLimits, ...parts.limits };
  const bell = newBell(clock);
  let stopped = false;
  let troubled = false;
  const unlisten = ledger.onCommitted(({ kind }) => {
    if (kind === 'notification') bell.ring();
  });
  const work = async () => {
    while (!stopped) {
      const sent = await sendBatch(parts, limits).then(
        (count) => {
          troubled = false;
          return count;
        },
        (error: unknown) => {
          // Once for each time of trouble: the loop goes on asking.
          if (!troubled) logger.error({ err: error }, 'messages cannot be read or recorded now');
          troubled = true;
          return 0;
        },
      );
      if (sent === 0 && !stopped) await bell.wait(limits.pollMs);
    }
  };
  const ended = work();
  return {
    async stop() {
      stopped = true;
      unlisten();
      bell.ring();
      const cancel = clock.after(limits.stopMs, () => mailer.close());
      await ended;
      cancel();
      mailer.close();
    },
  };
}

async function sendBatch(parts: NotifierParts, limits: typeof notifierLimits): Promise<number> {
  const { db, clock } = parts;
  const nowMs = clock.nowMs();
  const batch = await holdDue(db, { nowMs, untilMs: nowMs + limits.heldMs, limit: limits.batchMax });
  await Promise.all(batch.map((held) => sendOne(parts, limits, held)));
  return batch.length;
}

async function sendOne(
  parts: NotifierParts,
  limits: typeof notifierLimits,
  held: HeldMessage,
): Promise<void> {
  const { db, ring, clock, mailer, logger } = parts;
  const composed = await composeMessage(db, ring, held);
  const facts = { notification: held.notificationId, kind: held.kind, attempts: held.attempts };
  if (composed.outcome === 'superseded') return endMessage(db, held, { status: 'superseded' }, clock.nowMs());
  if (composed.outcome === 'impossible') {
    logger.error({ ...facts, reason: composed.error }, 'a message cannot be written');
    return endMessage(db, held, { status: 'dead', error: composed.error }, clock.nowMs());
  }
  const messageId = `<${held.notificationId}@latchwork>`;
  const mail = { ...composed.message, to: composed.to, messageId };
  const outcome = await within(clock, limits.sendMs, (giveUp) => mailer.send(mail, giveUp));
  if (outcome.ok) {
    logger.info(facts, 'a message was sent');
    return endMessage(db, held, { status: 'sent' }, clock.nowMs());
  }
  const { error } = outcome;
  if (outcome.final || held.attempts >= limits.attemptsMax) {
    logger.error({ ...facts, reason: error }, 'a message was given up');
    return endMessage(db, held, { status: 'dead', error }, clock.nowMs());
  }
  logger.warn({ ...facts, reason: error }, 'a message could not be sent, and will be tried again');
  const waitMs = Math.min(limits.retryMaxMs, limits.retryMinMs * 2 ** (held.attempts - 1));
  return retryMessage(db, held, { error, nextAttemptMs: clock.nowMs() + waitMs });
}

/** A mail that is not through in time is given up for now, and its line with it. */
async function within(
  clock: Clock,
  limitMs: number,
  send: (giveUp: AbortSignal) => Promise<MailOutcome>,
): Promise<MailOutcome> {
  const giveUp = new AbortController();
  const cancel = clock.after(limitMs, () => giveUp.abort());
  const outcome = await send(giveUp.signal);
  cancel();
  return outcome;
}

/** Wakes one waiter; a ring that nobody waited for is kept for the next. */
function newBell(clock: Clock): { ring(): void; wait(limitMs: number): Promise<void> } {
  let rung = false;
  let wake = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(limitMs) {
      if (!rung)
        await new Promise<void>((resolve) => {
          const cancel = clock.after(limitMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      rung = false;
      wake = () => {};
    },
  };
}
