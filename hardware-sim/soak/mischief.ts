import type { SoakDoor, Trouble } from './account.ts';
import { type Around, type Effect, kinds, type MischiefKind, misdeed } from './misdeeds.ts';

/** What went wrong, by what it means for what can be known. Filled while the shift goes on. */
export interface Ledger {
  /** A switch said what was not so. */
  lies: Trouble[];
  /** A sensor said what was not so. */
  sensorLies: Trouble[];
  /** A line, a board or the supply was in trouble. */
  blackouts: Trouble[];
  /** A board drove what it was not asked for, and told of its own doors: it stood at another one's address. */
  miswired: Trouble[];
  /** Each trouble once, whatever it concerned. */
  all: Trouble[];
}

const everyMs = 9_000;
const forMs = { from: 1_000, to: 40_000 };
const atOnceMax = 3;
const urn = Object.entries(kinds).flatMap(([kind, share]) =>
  Array<MischiefKind>(share).fill(kind as MischiefKind),
);

/** Makes things go wrong, each for a while, until it is stopped; then everything is healed. `only`: nothing else. */
export function mischief(options: Around & { only?: readonly MischiefKind[] }) {
  const { clock, chance, built } = options;
  const ledger: Ledger = { lies: [], sensorLies: [], blackouts: [], miswired: [], all: [] };
  const active = new Map<string, () => void>();
  let stopped = false;

  const begin = () => {
    if (stopped) return;
    clock.after(chance.waitMs(everyMs), begin);
    if (active.size >= atOnceMax) return;
    const kind = chance.one(options.only ?? urn);
    const fit = built.places.filter((one) => isFit(kind, one));
    if (fit.length === 0) return;
    const place = chance.one(fit);
    // One trouble of a kind at a time on a door or line: the second one's end must not heal the first.
    const key = `${kind} ${place.line}`;
    if (active.has(key) || [...active.keys()].some((other) => clash(other, key))) return;
    const deed = misdeed(kind, place, options);
    const troubles = deed.doors.map((door) => ({
      ...{ kind, door, fromMs: clock.nowMs(), toMs: Number.POSITIVE_INFINITY },
    }));
    const onLine = new Set(built.places.filter(({ line }) => line === place.line).map(({ door }) => door));
    for (const trouble of troubles)
      for (const list of listsOf(ledger, deed.effect, onLine.has(trouble.door))) list.push(trouble);
    ledger.all.push(...troubles.slice(0, 1));
    deed.wrong();
    const heal = () => {
      if (!active.delete(key)) return;
      deed.well();
      for (const trouble of troubles) trouble.toMs = clock.nowMs() + afterwardsMs;
    };
    active.set(key, heal);
    clock.after(chance.whole(forMs.from, forMs.to), heal);
  };
  clock.after(chance.waitMs(everyMs), begin);
  // Whoever drives two coils at once, a supply that bears only one takes down what hangs on it.
  options.cabinet.onRecord((entry) => {
    if (entry.kind !== 'supplySagged') return;
    const fromMs = clock.nowMs();
    const span = { kind: 'supply sagged', fromMs, toMs: fromMs + afterwardsMs };
    const fed = built.supplies.find(({ name }) => name === entry.supply)?.doors;
    const lines = new Set(built.places.filter(({ door }) => fed?.has(door)).map(({ line }) => line));
    for (const place of built.places)
      if (place.lines.some((line) => lines.has(line))) ledger.blackouts.push({ ...span, door: place.door });
    ledger.all.push(span);
  });

  return {
    ledger,
    stop() {
      stopped = true;
      for (const heal of [...active.values()]) heal();
    },
  };
}

/** What a trouble leaves behind: a line that is opened anew, a board that is looked for ever more seldom, a late reply. */
const afterwardsMs = 15_000;

/** Troubles that share a field of their line cannot be there at once. */
function clash(one: string, other: string): boolean {
  const [a, b] = [one, other].map((key) => key.slice(0, key.lastIndexOf(' ')));
  const shared = [
    ['noise', 'garbled replies'],
    ['board reset mid-pulse', 'board reset'],
  ];
  const sameLine = one.slice(one.lastIndexOf(' ')) === other.slice(other.lastIndexOf(' '));
  return sameLine && shared.some((pair) => pair.includes(a ?? '') && pair.includes(b ?? ''));
}

/** Only what is there can lie. */
function isFit(kind: MischiefKind, { hasDoorSwitch, hasSensor }: SoakDoor): boolean {
  if (kind === 'lying door switch') return hasDoorSwitch;
  return kind !== 'lying sensor' || hasSensor;
}

/** A board at another one's address drives only its own line's doors; of others that it tells of, it tells lies. */
function listsOf(ledger: Ledger, effect: Effect, onLine: boolean): Trouble[][] {
  if (effect === 'lie') return [ledger.lies];
  if (effect === 'sensorLie') return [ledger.sensorLies];
  if (effect === 'blackout') return [ledger.blackouts];
  if (effect === 'none') return [];
  return onLine ? [ledger.miswired] : [ledger.lies, ledger.sensorLies];
}
