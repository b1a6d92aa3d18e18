import type { LockerId } from '@latchwork/shared';
import type { Downlink, Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { Ledger, LockerBook } from '../ledger/index.ts';
import { chooseSending, type LastSent } from './choose-sending.ts';
import { comparePlans, type PlanAgrees } from './plan-digests.ts';
import { planSendLimits } from './plan-limits.ts';
import { deltaParts, type PlanPart, snapshotParts } from './plan-parts.ts';
import type { PlanStanding } from './standing.ts';

export interface PlanSenderOptions {
  ledger: Ledger;
  downlink: Downlink;
  clock: Clock;
  logger: Logger;
}

/**
 * Brings every locker's plan to its head: after a change, and whenever a hello or beat shows it behind. Keeps no
 * promise by itself: what is lost on the way is sent again when the next beat still shows the locker behind.
 */
export interface PlanSender {
  agrees: PlanAgrees;
  /** A locker said where its plan stands. Returns at once. */
  look(standing: PlanStanding): void;
  start(): void;
  /** Resolves once nothing is being sent any more. */
  stop(): Promise<void>;
}

export function createPlanSender(options: PlanSenderOptions): PlanSender {
  return new Sender(options);
}

class Sender implements PlanSender {
  readonly agrees: PlanAgrees;
  readonly #options: PlanSenderOptions;
  /** Lockers to look at; of those without a standing only news came. */
  readonly #due = new Map<LockerId, PlanStanding | undefined>();
  readonly #sent = new Map<LockerId, LastSent>();
  #working: Promise<void> | undefined;
  #stopped = false;
  #stopListening = () => {};
  #cancelRetry = () => {};

  constructor(options: PlanSenderOptions) {
    this.#options = options;
    this.agrees = comparePlans(options.ledger);
  }

  start(): void {
    this.#stopListening = this.#options.ledger.onCommitted((news) => {
      if (news.kind === 'plan' && !this.#due.has(news.locker)) this.#put(news.locker, undefined);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#cancelRetry();
    await this.#working;
  }

  look(standing: PlanStanding): void {
    this.#put(standing.locker, standing);
  }

  #put(locker: LockerId, standing: PlanStanding | undefined): void {
    // Over the limit it is left to the locker's next beat.
    if (this.#stopped || (this.#due.size >= planSendLimits.lockersMax && !this.#due.has(locker))) return;
    this.#due.set(locker, standing);
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    // A turn later, so that what one commit says of many lockers is looked at together.
    await Promise.resolve();
    while (this.#due.size > 0 && !this.#stopped) {
      const some = [...this.#due].slice(0, planSendLimits.lockersPerLookMax);
      for (const [locker] of some) this.#due.delete(locker);
      if (!(await this.#sendSome(some))) break;
    }
    this.#working = undefined;
  }

  /** False when some could not be sent and wait for a retry; one locker's trouble does not keep the others. */
  async #sendSome(some: readonly [LockerId, PlanStanding | undefined][]): Promise<boolean> {
    const failed: unknown[] = [];
    const attempt = async (lockers: readonly LockerId[], work: () => Promise<void>) => {
      try {
        if (!this.#stopped) await work();
      } catch (error) {
        failed.push(error);
        for (const locker of lockers) if (!this.#due.has(locker)) this.#due.set(locker, undefined);
      }
    };
    const standings = some.flatMap(([, standing]) => standing ?? []);
    const unknown = some.flatMap(([locker, standing]) => (standing ? [] : [locker]));
    if (unknown.length > 0)
      await attempt(unknown, async () => {
        standings.push(...(await standingsOf(this.#options.ledger, unknown)));
      });
    for (const standing of standings) await attempt([standing.locker], () => this.#bring(standing));
    if (failed.length === 0) return true;
    const [err] = failed;
    this.#options.logger.warn(
      { err, lockers: failed.length },
      'Plans cannot be sent now; they are sent later',
    );
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(planSendLimits.retryMs, () => {
      if (!this.#stopped) this.#working ??= this.#work();
    });
    return false;
  }

  async #bring(standing: PlanStanding): Promise<void> {
    const { clock, logger } = this.#options;
    const { locker, session } = standing;
    const parts = await this.#partsFor(standing);
    const last = parts.at(-1);
    if (!last) return;
    this.#sent.delete(locker);
    for (const part of parts) {
      const { incarnation, agentNonce, serverNonce } = session;
      const { serverEpoch, rev, body, lines } = part;
      const fresh = { incarnation, agentNonce, serverNonce };
      const message = { v: 1, locker, ...fresh, type: 'plan', serverEpoch, rev, body } as const;
      if (!(await this.#options.downlink.send(message, lines))) return;
    }
    const oldest = this.#sent.keys().next();
    if (this.#sent.size >= planSendLimits.lockersMax && !oldest.done) this.#sent.delete(oldest.value);
    const { serverEpoch, rev: toRev } = last;
    this.#sent.set(locker, { serverNonce: session.serverNonce, serverEpoch, toRev, atMs: clock.nowMs() });
    logger.debug({ locker, rev: toRev, as: last.body.as, parts: parts.length }, 'Sent a plan');
  }

  async #partsFor(standing: PlanStanding): Promise<PlanPart[]> {
    const { ledger, clock } = this.#options;
    const { locker } = standing;
    const sending = chooseSending(standing, this.#sent.get(locker), clock.nowMs());
    if (sending.as === 'nothing') return [];
    if (sending.as === 'delta') {
      const plan = await ledger.planSince(locker, sending.fromRev);
      const sameEpoch = plan.serverEpoch === standing.head.serverEpoch;
      if (sameEpoch && plan.items.length <= planSendLimits.deltaItemsMax)
        return deltaParts(sending.fromRev, plan);
    }
    return snapshotParts(await ledger.planSince(locker, 0));
  }
}

/** Of those lockers that have a session; the others ask by themselves when they come back. */
function standingsOf(ledger: Ledger, lockers: readonly LockerId[]): Promise<PlanStanding[]> {
  const standingOf = ({ lockerId: locker, presence, plan: head }: LockerBook): PlanStanding[] => {
    if (!presence?.session) return [];
    const confirmed = { serverEpoch: presence.confirmedEpoch, rev: presence.confirmedRev };
    return [{ locker, session: presence.session, head, confirmed, drifted: false, since: 'news' }];
  };
  return ledger.commit({ lockers }, (books) =>
    lockers.flatMap((locker) => {
      const book = books.of(locker);
      return book ? standingOf(book) : [];
    }),
  );
}
