import type { Falsehood, SupplyOf, Trouble, Truth } from './account.ts';

/*
 * The limits of a lock's coil and of its supply, written down here once more: what checks the agent's power guard must
 * not share a mistake with it.
 */
const pulseMsMax = 2_000;
const restMsMin = 3_000;
const restPerPulse = 9;
const attemptsMax = 3;
const coolDownMs = 60_000;
const apartMsMin = 150;

/** Every coil that was driven too long, too soon or too often, and every supply that had to drive too many. */
export function overLimits(
  all: readonly Truth[],
  supplies: readonly SupplyOf[],
  { miswired, lies }: { miswired: readonly Trouble[]; lies: readonly Trouble[] },
): Falsehood[] {
  // What a board at another one's address drove, nobody asked of it.
  const truths = all.filter(
    ({ door, atMs }) =>
      !miswired.some((trouble) => trouble.door === door && trouble.fromMs <= atMs && trouble.toMs >= atMs),
  );
  const byDoor = Map.groupBy(truths, ({ door }) => door);
  return [
    ...[...byDoor].flatMap(([door, ofDoor]) =>
      coil(
        ofDoor,
        lies.filter((lie) => lie.door === door),
      ),
    ),
    ...supplies.flatMap((supply) => crowding(truths, supply)),
  ];
}

/** `lies`: a switch that said "open" had the attempts before it forgiven. */
function coil(ofDoor: readonly Truth[], lies: readonly Trouble[]): Falsehood[] {
  const found: Falsehood[] = [];
  let last: { endMs: number; durationMs: number } | undefined;
  let tries = 0;
  for (const { kind, door: slot, atMs, durationMs = 0 } of ofDoor) {
    // A pulse at a door that stands open, perhaps unseen till then, was no failed attempt.
    if (kind === 'opened' || kind === 'closed') tries = 0;
    if (kind !== 'pulse') continue;
    const over = (detail: string) => found.push({ rule: 'power limit', slot, atMs, detail });
    if (durationMs > pulseMsMax) over(`driven for ${durationMs} ms`);
    const restedMs = last === undefined ? Number.POSITIVE_INFINITY : atMs - last.endMs;
    if (restedMs < Math.max(restMsMin, restPerPulse * (last?.durationMs ?? 0)))
      over(`driven again after a rest of ${Math.round(restedMs)} ms`);
    const since = last?.endMs ?? atMs;
    if (restedMs >= coolDownMs || lies.some(({ fromMs, toMs }) => fromMs <= atMs && toMs >= since)) tries = 0;
    tries += 1;
    if (tries > attemptsMax) over(`attempt ${tries} without a cool-down`);
    last = { endMs: atMs + durationMs, durationMs };
  }
  return found;
}

function crowding(truths: readonly Truth[], { name, doors, doorsAtOnce }: SupplyOf): Falsehood[] {
  const found: Falsehood[] = [];
  const pulses = truths.filter(({ kind, door }) => kind === 'pulse' && doors.has(door));
  for (const [n, pulse] of pulses.entries()) {
    const { atMs, door: slot } = pulse;
    const over = (detail: string) =>
      found.push({ rule: 'supply limit', slot, atMs, detail: `${name}: ${detail}` });
    const before = pulses.slice(Math.max(0, n - doorsAtOnce - 1), n);
    const still = before.filter((other) => other.atMs + (other.durationMs ?? 0) > atMs);
    if (still.length >= doorsAtOnce) over(`${still.length + 1} coils at once`);
    const sinceMs = atMs - (before.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs < apartMsMin) over(`${Math.round(sinceMs)} ms after the pulse before it`);
  }
  return found;
}
