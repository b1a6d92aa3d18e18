import type { EventKind, Fact } from '@latchwork/shared';

type FactOf<K extends EventKind> = Extract<Fact, { kind: K }>;

/**
 * How many facts of a kind, and of one slot or board, an hour of powered time may bring. Only facts that a stranger, a flapping
 * switch or a loose plug can make at will have a budget.
 */
const perHour: Partial<Record<EventKind, number>> = {
  'access.denied': 120,
  'problem.reported': 30,
  'door.opened': 60,
  'door.closed': 60,
  'door.forced': 60,
  'door.unknown': 60,
  'door.known': 60,
  'door.flapping': 12,
  'door.steady': 12,
  'board.lost': 30,
  'board.back': 30,
  'board.noisy': 30,
  'board.quiet': 30,
  'supply.sagged': 30,
  'clock.changed': 10,
};
/** A door's facts within one authorisation: more than any person makes, and less than a switch gone mad. */
const perAuthorisation = 20;
const windowMs = 3_600_000;

const perOpening: ReadonlySet<EventKind> = new Set(['door.opened', 'door.closed', 'door.notPulsed']);

/** By kind, slot or board, and authorisation: what was written in the current hour, and what was only counted. */
export type Budgets = ReadonlyMap<string, { sinceMs: number; written: number; counted: number }>;

/** The budgets after this fact, and whether it may be written. */
export function spend(budgets: Budgets, fact: Fact, poweredMs: number): { budgets: Budgets; write: boolean } {
  const authorisation = 'authorisation' in fact ? fact.authorisation : undefined;
  const most =
    authorisation === undefined
      ? perHour[fact.kind]
      : perOpening.has(fact.kind)
        ? perAuthorisation
        : undefined;
  if (most === undefined) return { budgets, write: true };
  const key = [
    fact.kind,
    'slot' in fact ? fact.slot : '',
    authorisation ?? '',
    // A board that flaps must not hide the loss of another.
    'board' in fact ? fact.board : '',
  ].join(' ');
  const used = budgets.get(key) ?? { sinceMs: poweredMs, written: 0, counted: 0 };
  const write = used.written < most;
  const next = write ? { ...used, written: used.written + 1 } : { ...used, counted: used.counted + 1 };
  return { budgets: new Map(budgets).set(key, next), write };
}

/** Hours that are over: their budgets start anew, and what was only counted is summed up in one fact each. */
export function closeHours(
  open: Budgets,
  poweredMs: number,
): { budgets: Budgets; facts: FactOf<'events.summarised'>[] } {
  const budgets = new Map(open);
  const facts: FactOf<'events.summarised'>[] = [];
  for (const [key, { sinceMs, counted }] of open) {
    if (poweredMs - sinceMs < windowMs) continue;
    budgets.delete(key);
    const [summarised = '', slot = '', , ...named] = key.split(' ');
    const board = named.join(' ');
    if (counted > 0)
      facts.push({
        kind: 'events.summarised',
        summarised,
        count: counted,
        ...(slot ? { slot: Number(slot) } : {}),
        ...(board ? { board } : {}),
      });
  }
  return { budgets, facts };
}
