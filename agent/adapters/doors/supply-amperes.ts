import { type BoardEntry, isSerialEntry, serialProfiles } from '../lock-board/profiles.ts';

/** How many doors a supply opens at once by its amperes, rounded down; undefined where they are not given. */
export function doorsAllowed(supply: {
  amperes?: number | undefined;
  amperesPerDoor: number;
}): number | undefined {
  return supply.amperes === undefined ? undefined : times(supply.amperes, supply.amperesPerDoor);
}

/** What flows through a board at most, however strong its supply; undefined where each lock has a contact of its own. */
export function boardAmperes(board: BoardEntry): number | undefined {
  return isSerialEntry(board) ? serialProfiles[board.profile].limits.boardAmperesMax : undefined;
}

/** How many of its doors a board bears at once, rounded down; undefined where that has no limit. */
export function doorsBorne(board: BoardEntry, amperesPerDoor: number): number | undefined {
  const amperes = boardAmperes(board);
  return amperes === undefined ? undefined : times(amperes, amperesPerDoor);
}

function times(amperes: number, amperesPerDoor: number): number {
  // A quotient such as 6.6 by 2.2 falls just short of 3.
  return Math.floor(amperes / amperesPerDoor + 1e-9);
}
