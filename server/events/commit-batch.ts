import { chainNext, type LockerId, type Want } from '@latchwork/shared';
import type { Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import { type Ledger, LedgerError, type LedgerLoad } from '../ledger/index.ts';
import type { PlanAgrees } from '../plan/index.ts';
import type { Random } from '../random.ts';
import { decideLocker, type LockerOutcome, type Prepared } from './decide-locker.ts';
import { durableAfterMs } from './durable.ts';
import type { FactHandlers } from './fact-handlers.ts';
import { isUnavailable } from './is-unavailable.ts';
import type { Received } from './open-message.ts';

export interface CommitOptions {
  ledger: Ledger;
  agrees: PlanAgrees;
  handlers: FactHandlers;
  clock: Clock;
  random: Random;
  logger: Logger;
  spreadS: number;
  /** See `durable.ts`. */
  durableAfterMs?: number;
}

/**
 * Commits what many lockers sent in one transaction. When that is refused, it is tried in smaller and smaller
 * parts (by locker, by message, by event) until the event is found that the ledger does not bear; that one is
 * set aside, and everything else has its effect. Rejects only while the database is out of reach.
 */
export async function commitBatch(
  received: readonly Received[],
  options: CommitOptions,
): Promise<LockerOutcome[]> {
  const agreements = await Promise.all(received.map((one) => agreementOf(one, options)));
  const prepared = received.map((one, index) => ({
    ...one,
    planAgrees: agreements[index],
    refused: undefined,
  }));
  return commitOrPart(prepared, options);
}

async function commitOrPart(messages: readonly Prepared[], options: CommitOptions): Promise<LockerOutcome[]> {
  try {
    return await options.ledger.commit(loadFor(messages), (books) => {
      const nowMs = options.clock.nowMs();
      const context = {
        nowMs,
        newId: () => options.random.uuidv7(nowMs),
        newNonce: () => Buffer.from(options.random.bytes(16)).toString('base64url'),
        handlers: options.handlers,
        takeEffect: books.takeEffect,
        spreadS: options.spreadS,
        durableAfterMs: options.durableAfterMs ?? durableAfterMs,
      };
      return byLocker(messages).flatMap(([locker, own]) => {
        const book = books.of(locker);
        return book ? [decideLocker(book, own, context)] : [];
      });
    });
  } catch (error) {
    if (isUnavailable(error)) throw error;
    const parts = smallerParts(messages, error);
    const [first] = messages;
    if (parts.length === 0) {
      options.logger.error(
        { err: error, locker: first?.locker, kind: first?.message.type },
        'A message cannot be committed and is left',
      );
      return [];
    }
    if (messages.length === 1)
      options.logger.error({ err: error, locker: first?.locker }, 'An event cannot be committed');
    const outcomes: LockerOutcome[] = [];
    for (const part of parts) outcomes.push(...(await commitOrPart(part, options)));
    return latestOf(outcomes);
  }
}

/** The next smaller parts, in order: none for a message that cannot be parted. */
function smallerParts(messages: readonly Prepared[], error: unknown): Prepared[][] {
  const groups = byLocker(messages);
  if (groups.length > 1) return groups.map(([, own]) => own);
  if (messages.length > 1) return messages.map((one) => [one]);
  const [only] = messages;
  if (only?.message.type !== 'events') return [];
  if (only.lines.length > 1) return eachLine(only).map((one) => [one]);
  if (only.refused !== undefined) return [];
  return [[{ ...only, refused: `the ledger refused it: ${reasonOf(error)}` }]];
}

function eachLine(batch: Prepared): Prepared[] {
  const { message } = batch;
  if (message.type !== 'events') return [];
  let { first, headBefore } = message;
  return batch.lines.map((line) => {
    const one = { ...batch, message: { ...message, first, headBefore }, lines: [line] };
    first += 1;
    headBefore = chainNext(headBefore, line.line);
    return one;
  });
}

function loadFor(messages: readonly Prepared[]): LedgerLoad {
  const facts = messages.flatMap(({ lines }) => lines.flatMap(({ event }) => event ?? []));
  const bookings = facts.flatMap((fact) => ('booking' in fact && fact.booking ? [fact.booking] : []));
  return {
    lockers: [...new Set(messages.map(({ locker }) => locker))],
    events: [...new Set(facts.map(({ id }) => id))],
    bookings: [...new Set(bookings)],
  };
}

function byLocker(messages: readonly Prepared[]): [LockerId, Prepared[]][] {
  const groups = new Map<LockerId, Prepared[]>();
  for (const one of messages) {
    const group = groups.get(one.locker);
    if (group) group.push(one);
    else groups.set(one.locker, [one]);
  }
  return [...groups];
}

/** Of several outcomes for one locker the last want of each session answers all of that session. */
function latestOf(outcomes: readonly LockerOutcome[]): LockerOutcome[] {
  const latest = new Map<LockerId, LockerOutcome>();
  for (const outcome of outcomes) {
    const before = latest.get(outcome.locker);
    latest.set(outcome.locker, {
      ...outcome,
      wants: lastOfEachSession([...(before?.wants ?? []), ...outcome.wants]),
      askHello: outcome.askHello || (before?.askHello ?? false),
      plan: outcome.plan ?? before?.plan,
      oddities: [...(before?.oddities ?? []), ...outcome.oddities],
    });
  }
  return [...latest.values()];
}

function lastOfEachSession(wants: readonly Want[]): Want[] {
  return [...new Map(wants.map((want) => [`${want.incarnation} ${want.agentNonce}`, want])).values()];
}

/** Of a locker whose plan cannot be read nothing is known; what it says counts all the same. */
async function agreementOf(
  { locker, message }: Received,
  { agrees, logger }: CommitOptions,
): Promise<boolean | undefined> {
  if (message.type !== 'hello' && message.type !== 'beat') return undefined;
  try {
    return await agrees(locker, message);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    logger.error({ err: error, locker, kind: message.type }, 'A plan cannot be compared');
    return undefined;
  }
}

/** A constraint's message names columns and rows of ours, which no operator needs; its code does. */
function reasonOf(error: unknown): string {
  return error instanceof LedgerError ? error.code : 'it led to an error';
}
