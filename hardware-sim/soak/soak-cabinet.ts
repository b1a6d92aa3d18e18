import { CabinetFile } from '@latchwork/agent';
import { CabinetLayout } from '../cabinet/layout.ts';
import type { Chance } from '../world/chance.ts';

/** A cabinet as it was built, and the file that tells the agent how. */
export interface SoakCabinet {
  layout: CabinetLayout;
  file: CabinetFile;
  places: readonly SoakDoor[];
}

export interface SoakDoor {
  door: number;
  line: string;
  /** Its address, and its name in the agent's file. */
  board: number;
  boardName: string;
  blind: boolean;
}

type Profile = CabinetLayout['boards'][number]['profile'];

/** Boards that go together on a line, at its rate. */
const families: readonly (readonly Profile[])[] = [
  ['bcc8a', 'wkly', 'modbus-relay'],
  ['kerong-cu48', 'kerong-cu16', 'kerong-cu12'],
];
const doorsPerBoard = { from: 4, to: 8 };
const blindDoor = 0.06;

/** One or two lines, two to four boards of any kind, four to eight doors on each. */
export function soakCabinet(chance: Chance): SoakCabinet {
  const lines = chance.maybe(0.5) ? ['left'] : ['left', 'right'];
  const boards = lines.flatMap((line, n) => {
    const family = families[chance.whole(0, 1)] ?? [];
    const count = chance.whole(lines.length === 1 ? 2 : 1, lines.length === 1 ? 3 : 2);
    return Array.from({ length: count }, (_, m) =>
      soakBoard(chance, chance.one(family), line, 1 + n * 4 + m),
    );
  });
  const places = boards.flatMap((board) =>
    Array.from({ length: chance.whole(doorsPerBoard.from, doorsPerBoard.to) }, (_, n) => ({
      board,
      channel: n + 1,
    })),
  );
  const doors = places.map(({ board, channel }, n) => ({
    ...{ number: n + 1, size: chance.one(['S', 'M', 'L'] as const), channel },
    ...{ line: board.line, board: board.built.address },
    boardName: board.wired.name,
    blind: chance.maybe(blindDoor),
  }));
  return {
    layout: CabinetLayout.parse({
      lines: lines.map((name) => ({ name, kind: 'memory' })),
      boards: boards.map(({ built }) => built),
      doors: doors.map(({ blind: _, boardName: __, ...door }) => door),
      supplies: [{ name: 'main', amperes: 3, sagResetsBoards: true }],
    }),
    file: CabinetFile.parse({
      lines: lines.map((name) => ({ name, url: `tcp://${name}:1` })),
      boards: boards.map(({ wired }) => wired),
      supplies: [{ name: 'main', boards: boards.map(({ wired }) => wired.name) }],
      slots: doors.map(({ number, size, channel, boardName, blind }) => ({
        ...{ number, size, channel, board: boardName },
        ...(blind ? { blind } : {}),
      })),
    }),
    places: doors.map(({ number, line, board, boardName, blind }) => ({
      door: number,
      ...{ line, board, boardName, blind },
    })),
  };
}

/** A board and its entry in the file, which tells the truth. */
function soakBoard(chance: Chance, profile: Profile, line: string, address: number) {
  const feedback = chance.one(['closedShorts', 'openShorts'] as const);
  const common = { profile, line, address, feedback };
  const name = `${line}-${address}`;
  const both = (built: object, wired: object = {}) => ({
    line,
    built: { ...common, ...built },
    wired: { ...common, name, ...wired },
  });
  const channels = 8;
  switch (profile) {
    case 'bcc8a': {
      const statusOrder = chance.one(['highFirst', 'lowFirst'] as const);
      const unlockReply = chance.one(['header8A', 'header80', 'silent'] as const);
      const unsolicited = chance.one(['81', '82', null] as const);
      const unlockReplyAt = chance.one(['pulseStart', 'pulseEnd'] as const);
      return both(
        { channels: 16, statusOrder, unlockReply, unlockReplyAt, unsolicited },
        { channels: 16, statusOrder, silentUnlock: unlockReply === 'silent' },
      );
    }
    case 'wkly':
      return both({ channels, unsolicited: chance.maybe(0.5) }, { channels });
    case 'modbus-relay':
      return both({ channels, inputs: channels }, { channels, inputs: channels });
    case 'kerong-cu48':
      return both({ channels: 48 }, { channels: 48 });
    case 'kerong-cu16':
      return both({ channels: 16, unlockReply: chance.one(['silent', 'status'] as const) }, { channels: 16 });
    case 'kerong-cu12':
      return both({ channels: 12 }, { channels: 12 });
  }
}
