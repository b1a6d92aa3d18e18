import type { LockerEvent } from '@latchwork/shared';

/*
 * Holds what a locker wrote down against what its cabinet truly did. Both lists bear the same clock, so a fact is judged
 * by what was true at its moment and shortly before: a position is told only after two equal readings, and a reading is
 * as old as the line took to carry it.
 */

/** What truly happened at a door. */
export interface Truth {
  atMs: number;
  door: number;
  kind: 'pulse' | 'opened' | 'closed' | 'keyTurned';
  /** Of a pulse: how long the coil was truly driven. */
  durationMs?: number;
}

/** Something was wrong for a while. Without a door it concerned every door. */
export interface Trouble {
  kind: string;
  fromMs: number;
  toMs: number;
  door?: number;
}

export interface Account {
  truths: readonly Truth[];
  facts: readonly LockerEvent[];
  /** Times at which a switch said what was not so: its door's positions prove nothing then. */
  lies: readonly Trouble[];
  /** Times at which a line, a board or a supply was in trouble: what happened then may be told late, or never. */
  blackouts: readonly Trouble[];
  /** Times at which a door's board stood at another one's address, and drove what that one was asked for. */
  miswired: readonly Trouble[];
  /** Doors without a switch. */
  blind: ReadonlySet<number>;
}

export interface Falsehood {
  rule: string;
  slot: number;
  atMs: number;
  detail: string;
}

/** A position is at most this old when it is told: two readings, 500 ms apart at most, and a slow line. */
const staleMs = 1_500;
/** And at most this where its line was in trouble: a lost board is looked for every ten seconds. */
const lateMs = 15_000;
/** A door that stood open for so long, in no trouble, has to be in the journal. */
const plainlyOpenMs = 3_000;
const attemptsMax = 3;

/** Everything in the journal that is not so, and every plain opening that is not in it. */
export function falsehoods(account: Account): Falsehood[] {
  const doors = doorsOf(account);
  // A board that answers in another one's place is a liar, too: nothing in its frames tells.
  const liars = [...account.lies, ...account.miswired];
  const lying = (slot: number, atMs: number) => during(liars, slot, atMs - 10_000, atMs);
  return [
    ...account.facts.flatMap((fact) => judge(fact, account, doors, lying)),
    ...wrongDoors(account),
    ...untold(account, doors, lying),
  ];
}

type OpenSpans = ReadonlyMap<number, readonly { fromMs: number; toMs: number }[]>;

function judge(
  fact: LockerEvent,
  { truths, facts, blackouts }: Account,
  doors: OpenSpans,
  lying: (slot: number, atMs: number) => boolean,
): Falsehood[] {
  // What a line in trouble tells, it may tell late.
  const sinceMs = (slot: number) =>
    fact.at - (during(blackouts, slot, fact.at - staleMs, fact.at) ? lateMs : staleMs);
  const wrong = (slot: number, detail: string) => [{ rule: fact.kind, slot, atMs: fact.at, detail }];
  const pulsedSince = (slot: number, fromMs: number) =>
    truths.some((t) => t.kind === 'pulse' && t.door === slot && t.atMs >= fromMs && t.atMs <= fact.at);
  const forcedSince = (slot: number, fromMs: number) =>
    truths.some((t) => t.kind === 'keyTurned' && t.door === slot && t.atMs >= fromMs && t.atMs <= fact.at);
  switch (fact.kind) {
    case 'door.opened':
      if (lying(fact.slot, fact.at) || isOpen(doors, fact.slot, sinceMs(fact.slot), fact.at)) return [];
      return wrong(fact.slot, 'the door was shut');
    case 'door.closed':
      if (lying(fact.slot, fact.at) || isShut(doors, fact.slot, sinceMs(fact.slot), fact.at)) return [];
      return wrong(fact.slot, 'the door stood open');
    case 'door.stuck': {
      const asked = askedAt(facts, fact.authorisation);
      const stood = openMs(doors, fact.slot, asked, fact.at);
      if (lying(fact.slot, fact.at) || stood < staleMs) return [];
      return wrong(fact.slot, `the door had stood open for ${stood} ms`);
    }
    case 'door.forced':
      if (lying(fact.slot, fact.at) || forcedSince(fact.slot, sinceMs(fact.slot))) return [];
      return wrong(fact.slot, 'nobody forced a door');
    case 'door.pulsed':
      if (!fact.acknowledged || pulsedSince(fact.slot, askedAt(facts, fact.authorisation))) return [];
      return wrong(fact.slot, 'the board acknowledged what it did not drive');
    case 'door.notPulsed': {
      const asked = askedAt(facts, fact.authorisation);
      const driven = truths.filter((t) => t.kind === 'pulse' && t.door === fact.slot && t.atMs >= asked);
      const told = facts.filter(
        (other) =>
          other.kind === 'door.pulsed' && other.authorisation === fact.authorisation && other.at <= fact.at,
      );
      if (driven.filter((t) => t.atMs <= fact.at).length <= told.length) return [];
      return wrong(fact.slot, 'a coil was driven');
    }
    case 'grant.redeemed':
    case 'package.deposited':
    case 'package.collected': {
      const asked = askedAt(facts, fact.authorisation);
      const lied = lying(fact.slot, fact.at) || lying(fact.slot, asked);
      if (lied || isOpen(doors, fact.slot, asked - staleMs, fact.at)) return [];
      return wrong(fact.slot, 'the door was never open');
    }
    default:
      return [];
  }
}

/** Every driven coil hangs on a door that somebody was allowed to open then, and on none more often than that. */
function wrongDoors({ truths, facts, miswired }: Account): Falsehood[] {
  const spans = new Map<string, { slot: number; fromMs: number; toMs: number; pulses: number }>();
  for (const fact of facts) {
    if (fact.kind === 'access.authorised')
      spans.set(fact.authorisation, {
        slot: fact.slot,
        fromMs: fact.at,
        toMs: Number.POSITIVE_INFINITY,
        pulses: 0,
      });
    const span = fact.kind === 'access.ended' ? spans.get(fact.authorisation) : undefined;
    // A pulse that was under way when its authorisation ended still reaches the coil.
    if (span) span.toMs = fact.at + staleMs;
  }
  const bySlot = Map.groupBy(spans.values(), ({ slot }) => slot);
  return truths.flatMap(({ kind, door: slot, atMs }) => {
    if (kind !== 'pulse' || during(miswired, slot, atMs, atMs)) return [];
    const span = bySlot.get(slot)?.findLast(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
    if (!span)
      return [{ rule: 'wrong door', slot, atMs, detail: 'driven with no authorisation for this slot' }];
    span.pulses += 1;
    if (span.pulses <= attemptsMax) return [];
    return [{ rule: 'too many pulses', slot, atMs, detail: `pulse ${span.pulses} of one authorisation` }];
  });
}

/** Openings that everybody could have seen and that the journal does not know. */
function untold(
  { facts, blackouts, blind }: Account,
  doors: OpenSpans,
  lying: (slot: number, atMs: number) => boolean,
): Falsehood[] {
  const told = Map.groupBy(
    facts.filter((fact) => fact.kind === 'door.opened'),
    ({ slot }) => slot,
  );
  const last = facts.at(-1)?.at ?? 0;
  const mad = flapping(facts);
  return [...doors].flatMap(([slot, spans]) =>
    (blind.has(slot) ? [] : spans).flatMap(({ fromMs, toMs }) => {
      const plain = Math.min(toMs, last) - fromMs >= plainlyOpenMs;
      if (
        !plain ||
        mad(slot, fromMs, toMs) ||
        lying(slot, fromMs + plainlyOpenMs) ||
        during(blackouts, slot, fromMs - 1_000, toMs)
      )
        return [];
      if (told.get(slot)?.some(({ at }) => at >= fromMs && at <= toMs + staleMs)) return [];
      const detail = `stood open for ${toMs - fromMs} ms and the journal does not know`;
      return [{ rule: 'untold', slot, atMs: fromMs, detail }];
    }),
  );
}

/** Whether the locker did not believe a door's switch within a time, and said so. */
function flapping(facts: readonly LockerEvent[]) {
  const spans: { slot: number; fromMs: number; toMs: number }[] = [];
  for (const fact of facts) {
    if (fact.kind === 'door.flapping')
      spans.push({ slot: fact.slot, fromMs: fact.at, toMs: Number.POSITIVE_INFINITY });
    const over = fact.kind === 'door.steady' && spans.findLast(({ slot }) => slot === fact.slot);
    if (over) over.toMs = fact.at;
  }
  return (slot: number, fromMs: number, toMs: number) =>
    spans.some((span) => span.slot === slot && span.fromMs <= toMs && span.toMs >= fromMs);
}

function doorsOf({ truths }: Account): OpenSpans {
  const spans = new Map<number, { fromMs: number; toMs: number }[]>();
  const of = (door: number) => {
    const found = spans.get(door) ?? [];
    spans.set(door, found);
    return found;
  };
  for (const { kind, door, atMs } of truths) {
    if (kind === 'opened') of(door).push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
    const open = kind === 'closed' ? of(door).at(-1) : undefined;
    if (open) open.toMs = atMs;
  }
  return spans;
}

function isOpen(doors: OpenSpans, slot: number, fromMs: number, toMs: number): boolean {
  return doors.get(slot)?.some((span) => span.fromMs <= toMs && span.toMs >= fromMs) ?? false;
}

function isShut(doors: OpenSpans, slot: number, fromMs: number, toMs: number): boolean {
  return !doors.get(slot)?.some((span) => span.fromMs <= fromMs && span.toMs > toMs);
}

/** How long it stood open in all within a time. */
function openMs(doors: OpenSpans, slot: number, fromMs: number, toMs: number): number {
  return (doors.get(slot) ?? []).reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs)),
    0,
  );
}

function askedAt(facts: readonly LockerEvent[], authorisation: string): number {
  const asked = facts.find(
    (fact) => fact.kind === 'access.authorised' && fact.authorisation === authorisation,
  );
  return asked?.at ?? Number.NEGATIVE_INFINITY;
}

function during(troubles: readonly Trouble[], slot: number, fromMs: number, toMs: number): boolean {
  return troubles.some(
    (trouble) =>
      (trouble.door === undefined || trouble.door === slot) &&
      trouble.fromMs <= toMs &&
      trouble.toMs >= fromMs,
  );
}
