import type { LockerEvent } from '@latchwork/shared';
import type { Account, Trouble, Truth } from './account.ts';
import { everIn, type Span, type Spans, spansOf } from './spans.ts';

/** A position is at most this old when it is told: two readings, 500 ms apart at most, and a slow line. */
export const staleMs = 1_500;
/** And at most this where its line was in trouble: a lost board is looked for every ten seconds. */
const lateMs = 15_000;
/** A switch that lied a while ago is believed until the next reading says otherwise. */
const believedMs = 10_000;

/** An account, made ready for questions. */
export interface Scene extends Account {
  /** When doors stood open, and when parcels lay behind them. */
  open: Spans;
  full: Spans;
  /** When service mode was on. */
  service: readonly Span[];
  pulses: ReadonlyMap<number, readonly Truth[]>;
  keys: ReadonlyMap<number, readonly Truth[]>;
  /** When the authorisation was given. */
  askedAt(authorisation: string): number;
  /** The same of the first one that it superseded, directly or not. */
  beganAt(authorisation: string): number;
  /** Whether nothing that the door's switches said proves anything; the same of its sensor. */
  lying(slot: number, atMs: number): boolean;
  /** The same at any moment of a time. */
  lied(slot: number, span: Span): boolean;
  sensorLying(slot: number, span: Span): boolean;
  /** Whether what the door's boards said may have come late, or not at all. */
  dark(slot: number, span: Span): boolean;
  /** What a fact may be about: from the oldest reading that it may rest on to its own moment. */
  seen(slot: number, atMs: number): Span;
  sensed(slot: number): boolean;
}

/** A fact is judged by what was true at its moment and shortly before: a position is told only after two equal readings. */
export function sceneOf(account: Account): Scene {
  const { truths, facts, lies, sensorLies, miswired, blackouts, places } = account;
  const ofKind = (kind: Truth['kind']) =>
    Map.groupBy(
      truths.filter((truth) => truth.kind === kind),
      ({ door }) => door,
    );
  const { asked, began } = authorisations(facts);
  // A board that answers in another one's place is a liar, too: nothing in its frames tells.
  const liars = byDoor([...lies, ...miswired]);
  const sensorLiars = byDoor([...sensorLies, ...miswired]);
  const darkness = byDoor(blackouts);
  const sensors = new Set(places.filter(({ hasSensor }) => hasSensor).map(({ door }) => door));
  const dark = (slot: number, span: Span) => everIn(darkness, slot, span);
  return {
    ...account,
    open: spansOf(truths, { begin: 'opened', end: 'closed' }),
    full: spansOf(truths, { begin: 'parcelIn', end: 'parcelOut' }),
    service: serviceSpans(facts),
    pulses: ofKind('pulse'),
    keys: ofKind('keyTurned'),
    askedAt: (authorisation) => asked.get(authorisation) ?? Number.NEGATIVE_INFINITY,
    beganAt: (authorisation) => began.get(authorisation) ?? Number.NEGATIVE_INFINITY,
    lying: (slot, atMs) => everIn(liars, slot, { fromMs: atMs - believedMs, toMs: atMs }),
    sensorLying: (slot, { fromMs, toMs }) => everIn(sensorLiars, slot, { fromMs: fromMs - believedMs, toMs }),
    lied: (slot, span) => everIn(liars, slot, span),
    dark,
    seen: (slot, atMs) => {
      const fresh = { fromMs: atMs - staleMs, toMs: atMs };
      return dark(slot, fresh) ? { fromMs: atMs - lateMs, toMs: atMs } : fresh;
    },
    sensed: (slot) => sensors.has(slot),
  };
}

function byDoor(troubles: readonly Trouble[]): Spans {
  return Map.groupBy(troubles, ({ door }) => door ?? 0);
}

/** From the first moment at which the door may have been open for this visit's doings, to the fact. */
export function since({ beganAt }: Scene, fact: LockerEvent & { authorisation: string }): Span {
  return { fromMs: beganAt(fact.authorisation) - staleMs, toMs: fact.at };
}

function serviceSpans(facts: readonly LockerEvent[]): Span[] {
  const turns = facts.flatMap(({ kind, at }) => ({ kind, atMs: at, door: 0 }));
  const spans = spansOf(turns, { begin: 'service.started', end: 'service.ended' }).get(0) ?? [];
  // Prolonged, it begins once more and ends once.
  return spans.filter(({ toMs }) => Number.isFinite(toMs));
}

function authorisations(facts: readonly LockerEvent[]) {
  const asked = new Map<string, number>();
  const began = new Map<string, number>();
  const superseded = new Map<number, string>();
  for (const fact of facts) {
    if (fact.kind === 'access.ended' && fact.outcome === 'superseded')
      superseded.set(fact.slot, fact.authorisation);
    if (fact.kind !== 'access.authorised') continue;
    const before = superseded.get(fact.slot);
    superseded.delete(fact.slot);
    asked.set(fact.authorisation, fact.at);
    began.set(fact.authorisation, (before && began.get(before)) || fact.at);
  }
  return { asked, began };
}
