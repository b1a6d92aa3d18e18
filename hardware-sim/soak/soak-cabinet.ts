import { CabinetFile } from '@latchwork/agent';
import { CabinetLayout } from '../cabinet/layout.ts';
import type { Chance } from '../world/chance.ts';
import type { SoakDoor, SupplyOf } from './account.ts';
import { type SoakBoard, soakBoard } from './soak-board.ts';
import { wiredSigns } from './soak-signs.ts';
import { soakSupplies } from './soak-supplies.ts';

/** A cabinet as it was built, and the file that tells the agent how. */
export interface SoakCabinet {
  layout: CabinetLayout;
  file: CabinetFile;
  places: readonly SoakDoor[];
  /** As the file has them. */
  supplies: readonly SupplyOf[];
}

type Profile = CabinetLayout['boards'][number]['profile'];

/** Boards that go together on a line, at its rate. */
const families: readonly (readonly Profile[])[] = [
  ['bcc8a', 'wkly', 'modbus-relay'],
  ['kerong-cu48', 'kerong-cu16', 'kerong-cu12'],
];
const doorsPerBoard = { from: 4, to: 8 };
const blindDoor = 0.06;

/** One or two lines, two to four boards of any kind, four to eight doors on each, and whatever is wired to free inputs. */
export function soakCabinet(chance: Chance): SoakCabinet {
  const lines = chance.maybe(0.5) ? ['left'] : ['left', 'right'];
  const boards = lines.flatMap((line, n) => {
    const family = families[chance.whole(0, 1)] ?? [];
    const count = chance.whole(lines.length === 1 ? 2 : 1, lines.length === 1 ? 3 : 2);
    return Array.from({ length: count }, (_, m) =>
      soakBoard(chance, { profile: chance.one(family), line, address: 1 + n * 4 + m }),
    );
  });
  const doors = boards
    .flatMap((board) =>
      Array.from({ length: chance.whole(doorsPerBoard.from, doorsPerBoard.to) }, (_, n) => ({
        ...{ board, channel: n + 1, blind: board.hooked && chance.maybe(blindDoor) },
      })),
    )
    .map((door, n) => ({ ...door, number: n + 1, size: chance.one(['S', 'M', 'L'] as const) }));
  const signs = wiredSigns(chance, { boards, doors });
  const power = soakSupplies(chance, boards);

  const layout = CabinetLayout.parse({
    lines: lines.map((name) => ({ name, kind: 'memory' })),
    boards: boards.map(({ built }) => built),
    doors: doors.map(({ number, size, channel, board }) => ({
      ...{ number, size, channel, line: board.line, board: board.address },
      ...signs.of(number).built,
    })),
    supplies: power.built,
    serviceSwitch: signs.serviceSwitch?.built ?? null,
  });
  const file = CabinetFile.parse({
    lines: lines.map((name) => ({ name, url: `tcp://${name}:1` })),
    boards: boards.map(({ wired }) => wired),
    supplies: power.wired,
    slots: doors.map(({ number, size, channel, board, blind }) => ({
      ...{ number, size, channel, board: board.name, ...(blind ? { blind } : {}) },
      ...signs.of(number).wired,
    })),
    ...(signs.serviceSwitch && { serviceSwitch: signs.serviceSwitch.wired }),
  });
  return { layout, file, places: placesOf(layout, { boards, file }), supplies: suppliesOf(file) };
}

function placesOf(
  { doors }: CabinetLayout,
  { boards, file }: { boards: readonly SoakBoard[]; file: CabinetFile },
): SoakDoor[] {
  return doors.map(({ number: door, line, board, doorSwitch, occupancy }) => ({
    ...{ door, line, board },
    lines: [...new Set([line, doorSwitch?.line ?? line, occupancy?.line ?? line])],
    boardName: boards.find((one) => one.line === line && one.address === board)?.name ?? '',
    blind: file.slots.some(({ number, blind }) => number === door && blind),
    hasDoorSwitch: doorSwitch !== null,
    hasSensor: occupancy !== null,
  }));
}

function suppliesOf({ supplies, slots }: CabinetFile): SupplyOf[] {
  return supplies.map(({ name, boards, doorsAtOnce }) => {
    const fed = slots.filter(({ board }) => boards.includes(board));
    return { name, doorsAtOnce, doors: new Set(fed.map(({ number }) => number)) };
  });
}
