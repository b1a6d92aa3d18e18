import type { DoorFaultsChange, LockLineFaults } from '../cabinet/faults.ts';
import type { Clock } from '../clock.ts';
import type { SimulatedCabinet } from '../start-cabinet.ts';
import type { Chance } from '../world/chance.ts';
import type { SoakDoor } from './account.ts';
import type { SoakCabinet } from './soak-cabinet.ts';

export interface Around {
  cabinet: SimulatedCabinet;
  built: SoakCabinet;
  clock: Clock;
  chance: Chance;
}

/** What it means for what can be known. */
export type Effect = 'lie' | 'sensorLie' | 'blackout' | 'miswired' | 'none';
/** Something made wrong, and made well again. */
export type Misdeed = { effect: Effect; wrong: () => void; well: () => void; doors: readonly number[] };

/** Switches that tell lies are rarer than the rest: what they say proves nothing while they do. */
export const kinds = {
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

/** What is done to one door, or to its line or board. */
export function misdeed(kind: MischiefKind, place: SoakDoor, around: Around): Misdeed {
  return atDoor(kind, place, around) ?? atLine(kind, place, around);
}

function atDoor(kind: MischiefKind, { door }: SoakDoor, { cabinet, chance }: Around): Misdeed | undefined {
  const made = (effect: Effect, wrong: DoorFaultsChange, well: DoorFaultsChange): Misdeed => ({
    ...{ effect, doors: [door] },
    wrong: () => void cabinet.changeDoorFaults(door, wrong),
    well: () => void cabinet.changeDoorFaults(door, well),
  });
  switch (kind) {
    case 'jam until n-th pulse':
      return made('none', { jam: { untilPulse: chance.whole(2, 5) } }, { jam: null });
    case 'jam for good':
      return made('none', { jam: 'forGood' }, { jam: null });
    case 'bounce':
      return made(
        'none',
        { bounce: { forMs: chance.whole(10, 90), everyMs: chance.whole(2, 15) } },
        { bounce: null },
      );
    case 'slow':
      return made('none', { slow: { delayMs: chance.whole(200, 6_000) } }, { slow: null });
    case 'pressed':
      return made('none', { pressed: true }, { pressed: false });
    case 'stuck switch':
      return made('lie', { lyingSwitch: chance.one(['stuckOpen', 'stuckClosed']) }, { lyingSwitch: null });
    case 'inverted switch':
      return made('lie', { lyingSwitch: 'inverted' }, { lyingSwitch: null });
    case 'flapping switch':
      return made('lie', { flapping: { everyMs: chance.whole(50, 3_000) } }, { flapping: null });
    case 'lying door switch':
      return made(
        'lie',
        { lyingDoorSwitch: chance.one(['stuckOpen', 'stuckClosed', 'inverted']) },
        { lyingDoorSwitch: null },
      );
    case 'lying sensor':
      return made(
        'sensorLie',
        { lyingOccupancy: chance.one(['stuckOccupied', 'stuckEmpty', 'inverted']) },
        { lyingOccupancy: null },
      );
    case 'mechanical key':
      return { effect: 'none', doors: [door], wrong: () => void cabinet.turnKey(door), well: () => {} };
    default:
      return undefined;
  }
}

function atLine(kind: MischiefKind, { line, board }: SoakDoor, around: Around): Misdeed {
  const { cabinet, built, chance } = around;
  const doors = built.places.filter((place) => place.lines.includes(line)).map((place) => place.door);
  const made = (effect: Effect, wrong: Fault, well: Fault): Misdeed => ({
    ...{ effect, doors },
    wrong: () => void cabinet.changeLineFaults({ ...wrong, line }),
    well: () => void cabinet.changeLineFaults({ ...well, line }),
  });
  const everyNth = chance.whole(2, 6);
  const other = chance.one(built.places.filter((place) => place.line === line)).board;
  switch (kind) {
    case 'echo':
      return made('blackout', { echo: true }, { echo: false });
    case 'noise':
      return made(
        'blackout',
        { noise: { style: 'beforeReplies', bytes: chance.whole(1, 12), everyNth } },
        { noise: null },
      );
    case 'garbled replies':
      return made('blackout', { noise: { style: 'garbledReplies', bytes: 1, everyNth } }, { noise: null });
    case 'truncated reply':
      return made(
        'blackout',
        { truncated: { bytesLost: chance.whole(1, 4), everyNth } },
        { truncated: null },
      );
    case 'late reply':
      return made('blackout', { late: { delayMs: chance.whole(100, 2_500), everyNth } }, { late: null });
    case 'garbage flood':
      return made('blackout', { flood: { bytesPerS: chance.whole(200, 2_000) } }, { flood: null });
    case 'line unplugged':
      return made('blackout', { unplugged: true }, { unplugged: false });
    case 'dead board':
      return made('blackout', { deadBoards: [board] }, { deadBoards: [] });
    case 'wrong address answers':
      return made('blackout', { wrongAnswers: [{ board, as: other }] }, { wrongAnswers: [] });
    case 'two boards on one address':
      return made('miswired', { misaddressed: [{ board, as: other }] }, { misaddressed: [] });
    case 'board reset mid-pulse':
      return made(
        'blackout',
        { resetting: [{ board, afterMs: chance.whole(0, 400), silentMs: chance.whole(200, 4_000) }] },
        { resetting: [] },
      );
    case 'board reset': {
      const silentMs = chance.whole(100, 5_000);
      const wrong = () => void cabinet.resetBoard({ line, board, silentMs });
      return { effect: 'blackout', doors, wrong, well: () => {} };
    }
    default:
      throw new Error(`nobody knows how to do ${kind}`);
  }
}

type Fault = Partial<LockLineFaults>;
