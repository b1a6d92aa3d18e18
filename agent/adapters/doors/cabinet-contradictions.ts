import { lineIdentity } from '../byte-stream/line-from-url.ts';
import { PI_CHIP_LABELS } from '../gpio/chip-labels.ts';
import { gpioLinesOf } from '../lock-board/gpio-entry.ts';
import { channelsOf, defaultBaudRate, isSerialEntry } from '../lock-board/profiles.ts';
import { type Finding, twice } from './finding.ts';
import { ratesOf, speaksAt } from './line-rates.ts';
import { slotContradictions } from './slot-contradictions.ts';
import { boardAmperes, doorsAllowed, doorsBorne } from './supply-amperes.ts';
import type { Wiring } from './wiring.ts';

/** Everything in a cabinet file that cannot be so, each at the field that has to change. */
export function contradictions(wiring: Wiring): Finding[] {
  return [
    ...ofLines(wiring),
    ...ofBoards(wiring),
    ...ofAddresses(wiring),
    ...ofSupplies(wiring),
    ...slotContradictions(wiring),
  ];
}

function ofLines({ lines, boards }: Wiring): Finding[] {
  const serial = boards.filter(isSerialEntry);
  const rates = lines.flatMap(({ name, baudRate }, at): Finding[] => {
    const profiles = [
      ...new Set(serial.filter((board) => board.line === name).map((board) => board.profile)),
    ];
    if (baudRate === undefined) {
      if (profiles.length === 0 || defaultBaudRate(profiles) !== undefined) return [];
      const message = `its boards are made for different rates, so baudRate must be given, and each set to it`;
      return [{ path: ['lines', at], message: `line ${name}: ${message}` }];
    }
    return profiles
      .filter((profile) => !speaksAt(profile, baudRate))
      .map((profile) => ({
        path: ['lines', at, 'baudRate'],
        message: `a ${profile} board on line ${name} does not speak at ${baudRate} baud, only at ${ratesOf(profile).join(', ')}`,
      }));
  });
  return [
    ...twice(lines, (line) => line.name).map(({ at, key }) => ({
      path: ['lines', at, 'name'],
      message: `line ${key} is given twice`,
    })),
    ...twice(lines, (line) => lineIdentity(line.url)).map(({ at, key }) => ({
      path: ['lines', at, 'url'],
      message: `the url ${key} is given twice: one device is one line, however it is named`,
    })),
    ...rates,
  ];
}

function ofBoards({ lines, boards }: Wiring): Finding[] {
  const names = new Set(lines.map((line) => line.name));
  // Each line once a board, since the entry itself says when it names one twice.
  const gpioLines = boards.flatMap((board, at) =>
    isSerialEntry(board)
      ? []
      : [...new Set(gpioLinesOf(board))].map((line) => ({
          ...{ line, name: board.name, board: at },
          key: `${chipKey(board.chip)}/${line}`,
        })),
  );
  return [
    ...twice(boards, (board) => board.name).map(({ at, key }) => ({
      path: ['boards', at, 'name'],
      message: `board ${key} is given twice`,
    })),
    ...boards.flatMap((board, at) =>
      isSerialEntry(board) && !names.has(board.line)
        ? [{ path: ['boards', at, 'line'], message: `board ${board.name}: there is no line ${board.line}` }]
        : [],
    ),
    ...boards.flatMap((board, at) =>
      Object.keys(isSerialEntry(board) ? board.feedbackByChannel : {})
        .filter((channel) => Number(channel) > channelsOf(board))
        .map((channel) => ({
          path: ['boards', at, 'feedbackByChannel', channel],
          message: `board ${board.name} has no channel ${channel}`,
        })),
    ),
    ...twice(gpioLines, ({ key }) => key).map(({ at }) => {
      const { line = '', name = '', board = 0 } = gpioLines[at] ?? {};
      const message = `board ${name}: line ${line} of its chip belongs to another board already`;
      return { path: ['boards', board], message };
    }),
  ];
}

/** The header of a Raspberry Pi is one chip, whichever model's it is and whether it is named or not. */
function chipKey(chip: string | undefined): string {
  const onHeader = chip === undefined || PI_CHIP_LABELS.some((label) => label === chip);
  return onHeader ? 'header' : `chip ${chip}`;
}

/** Kinds that share a line are told apart by their frames, but their replies are not all: each address is one board's. */
function ofAddresses({ boards }: Wiring): Finding[] {
  const keyOf = (board: (typeof boards)[number]) =>
    isSerialEntry(board) ? `address ${board.address} on line ${board.line}` : undefined;
  return twice(boards, keyOf).map(({ at, key }) => {
    const first = boards.find((board) => keyOf(board) === key);
    const message = `${key} is given twice: to ${first?.name} and to ${boards[at]?.name}`;
    return { path: ['boards', at, 'address'], message };
  });
}

function ofSupplies({ boards, supplies }: Wiring): Finding[] {
  const names = new Set(boards.map((board) => board.name));
  const fed = supplies.flatMap((supply, at) =>
    supply.boards.map((name, board) => ({ name, path: ['supplies', at, 'boards', board] })),
  );
  const amperes = supplies.flatMap((supply, at): Finding[] => {
    const allowed = doorsAllowed(supply);
    if (allowed === undefined) {
      if ((supply.doorsAtOnce ?? 1) === 1) return [];
      const message = `supply ${supply.name}: how many doors it opens at once follows from its amperes, which are not given`;
      return [{ path: ['supplies', at, 'doorsAtOnce'], message }];
    }
    const sum = `${supply.amperes} A at ${supply.amperesPerDoor} A a door`;
    if (allowed < 1)
      return [{ path: ['supplies', at, 'amperes'], message: `supply ${supply.name} opens no door: ${sum}` }];
    if ((supply.doorsAtOnce ?? 1) <= allowed) return [];
    const message = `supply ${supply.name} opens at most ${allowed} at once: ${sum}`;
    return [{ path: ['supplies', at, 'doorsAtOnce'], message }];
  });
  return [
    ...twice(supplies, (supply) => supply.name).map(({ at, key }) => ({
      path: ['supplies', at, 'name'],
      message: `supply ${key} is given twice`,
    })),
    ...twice(fed, ({ name }) => name).map(({ at, key }) => ({
      path: fed[at]?.path ?? ['supplies'],
      message: `a supply for board ${key} is given twice`,
    })),
    ...fed
      .filter(({ name }) => !names.has(name))
      .map(({ name, path }) => ({ path, message: `a supply names board ${name}, which there is not` })),
    ...amperes,
    ...ofBoardAmperes({ boards, supplies }),
  ];
}

function ofBoardAmperes({ boards, supplies }: Pick<Wiring, 'boards' | 'supplies'>): Finding[] {
  return supplies.flatMap(({ boards: fed, amperesPerDoor }, at) =>
    boards
      .filter((board) => fed.includes(board.name) && doorsBorne(board, amperesPerDoor) === 0)
      .map((board) => ({
        path: ['supplies', at, 'amperesPerDoor'],
        message: `board ${board.name} bears ${boardAmperes(board)} A, less than the ${amperesPerDoor} A of one door`,
      })),
  );
}
