import type { DoorFaultsChange, LockLineFaults } from '../cabinet/faults.ts';
import type { Clock } from '../clock.ts';
import type { SimulatedCabinet } from '../start-cabinet.ts';
import type { Chance } from '../world/chance.ts';
import type { SoakDoor, Trouble } from './account.ts';
import type { SoakCabinet } from './soak-cabinet.ts';

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

interface Around {
  cabinet: SimulatedCabinet;
  built: SoakCabinet;
  clock: Clock;
  chance: Chance;
}

type Effect = 'lie' | 'sensorLie' | 'blackout' | 'miswired' | 'none';
type Deed = { effect: Effect; wrong: () => void; well: () => void; doors: readonly number[] };

const everyMs = 9_000;
const replugMs = 800;
const forMs = { from: 1_000, to: 40_000 };
const atOnceMax = 3;
/** Switches that tell lies are rarer than the rest: what they say proves nothing while they do. */
const kinds = {
  'jam until n-th pulse': 4,
  'jam for good': 1,
  bounce: 3,
  slow: 3,
  pressed: 4,
  'stuck switch': 1,
  'inverted switch': 1,
  'flapping switch': 1,
  'lying door switch': 1,
  'lying sensor': 2,
  'mechanical key': 2,
  echo: 2,
  noise: 3,
  'garbled replies': 3,
  'truncated reply': 2,
  'late reply': 2,
  'garbage flood': 1,
  'line unplugged': 2,
  'dead board': 2,
  'wrong address answers': 1,
  'two boards on one address': 1,
  'board reset mid-pulse': 2,
  'board reset': 1,
} as const;
export type MischiefKind = keyof typeof kinds;
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
    const deed = deedOf(kind, place, options);
    const troubles = deed.doors.map((door) => ({
      ...{ kind, door, fromMs: clock.nowMs(), toMs: Number.POSITIVE_INFINITY },
    }));
    listOf(ledger, deed.effect)?.push(...troubles);
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

function listOf(ledger: Ledger, effect: Effect): Trouble[] | undefined {
  if (effect === 'lie') return ledger.lies;
  if (effect === 'sensorLie') return ledger.sensorLies;
  if (effect === 'blackout') return ledger.blackouts;
  return effect === 'miswired' ? ledger.miswired : undefined;
}

function deedOf(
  kind: MischiefKind,
  { door, line, board }: SoakDoor,
  { cabinet, built, chance, clock }: Around,
): Deed {
  const onLine = built.places.filter((place) => place.line === line);
  const atDoor = (effect: Effect, wrong: DoorFaultsChange, well: DoorFaultsChange): Deed => ({
    ...{ effect, doors: [door] },
    wrong: () => void cabinet.changeDoorFaults(door, wrong),
    well: () => void cabinet.changeDoorFaults(door, well),
  });
  const doors = built.places.filter((place) => place.lines.includes(line)).map((place) => place.door);
  const atLine = (effect: Effect, wrong: Fault, well: Fault): Deed => ({
    ...{ effect, doors },
    wrong: () => void cabinet.changeLineFaults({ ...wrong, line }),
    well: () => void cabinet.changeLineFaults({ ...well, line }),
  });
  const everyNth = chance.whole(2, 6);
  const other = chance.one(onLine).board;
  switch (kind) {
    case 'jam until n-th pulse':
      return atDoor('none', { jam: { untilPulse: chance.whole(2, 5) } }, { jam: null });
    case 'jam for good':
      return atDoor('none', { jam: 'forGood' }, { jam: null });
    case 'bounce':
      return atDoor(
        'none',
        { bounce: { forMs: chance.whole(10, 90), everyMs: chance.whole(2, 15) } },
        { bounce: null },
      );
    case 'slow':
      return atDoor('none', { slow: { delayMs: chance.whole(200, 6_000) } }, { slow: null });
    case 'pressed':
      return atDoor('none', { pressed: true }, { pressed: false });
    case 'stuck switch':
      return atDoor('lie', { lyingSwitch: chance.one(['stuckOpen', 'stuckClosed']) }, { lyingSwitch: null });
    case 'inverted switch':
      return atDoor('lie', { lyingSwitch: 'inverted' }, { lyingSwitch: null });
    case 'flapping switch':
      return atDoor('lie', { flapping: { everyMs: chance.whole(50, 3_000) } }, { flapping: null });
    case 'lying door switch':
      return atDoor(
        'lie',
        { lyingDoorSwitch: chance.one(['stuckOpen', 'stuckClosed', 'inverted']) },
        { lyingDoorSwitch: null },
      );
    case 'lying sensor':
      return atDoor(
        'sensorLie',
        { lyingOccupancy: chance.one(['stuckOccupied', 'stuckEmpty', 'inverted']) },
        { lyingOccupancy: null },
      );
    case 'mechanical key':
      return { effect: 'none', doors: [door], wrong: () => void cabinet.turnKey(door), well: () => {} };
    case 'echo':
      // Only another adapter in the first one's place begins to hear itself.
      return replugged(atLine('blackout', { echo: true }, { echo: false }), cabinet, line, clock);
    case 'noise':
      return atLine(
        'blackout',
        { noise: { style: 'beforeReplies', bytes: chance.whole(1, 12), everyNth } },
        { noise: null },
      );
    case 'garbled replies':
      return atLine('blackout', { noise: { style: 'garbledReplies', bytes: 1, everyNth } }, { noise: null });
    case 'truncated reply':
      return atLine(
        'blackout',
        { truncated: { bytesLost: chance.whole(1, 4), everyNth } },
        { truncated: null },
      );
    case 'late reply':
      return atLine('blackout', { late: { delayMs: chance.whole(100, 2_500), everyNth } }, { late: null });
    case 'garbage flood':
      return atLine('blackout', { flood: { bytesPerS: chance.whole(200, 2_000) } }, { flood: null });
    case 'line unplugged':
      return atLine('blackout', { unplugged: true }, { unplugged: false });
    case 'dead board':
      return atLine('blackout', { deadBoards: [board] }, { deadBoards: [] });
    case 'wrong address answers':
      return atLine('blackout', { wrongAnswers: [{ board, as: other }] }, { wrongAnswers: [] });
    case 'two boards on one address':
      return atLine('miswired', { misaddressed: [{ board, as: other }] }, { misaddressed: [] });
    case 'board reset mid-pulse':
      return atLine(
        'blackout',
        { resetting: [{ board, afterMs: chance.whole(0, 400), silentMs: chance.whole(200, 4_000) }] },
        { resetting: [] },
      );
    case 'board reset': {
      const silentMs = chance.whole(100, 5_000);
      const wrong = () => void cabinet.resetBoard({ line, board, silentMs });
      return { effect: 'blackout', doors, wrong, well: () => {} };
    }
  }
}

type Fault = Partial<LockLineFaults>;

function replugged(deed: Deed, cabinet: SimulatedCabinet, line: string, clock: Clock): Deed {
  const around = (act: () => void) => {
    void cabinet.changeLineFaults({ line, unplugged: true });
    act();
    clock.after(replugMs, () => void cabinet.changeLineFaults({ line, unplugged: false }));
  };
  return { ...deed, wrong: () => around(deed.wrong), well: () => around(deed.well) };
}
