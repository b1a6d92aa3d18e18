import type { Chance } from '../world/chance.ts';
import type { SoakBoard } from './soak-board.ts';

/** Amperes for one coil, and for two. */
const enough = { one: 3, two: 6 } as const;
const weak = 0.2;
const forEachBoard = 0.4;

/**
 * One supply for all boards, or one for each, as it is and as the agent's file has it. A weak one bears fewer coils than
 * its file says.
 */
export function soakSupplies(chance: Chance, boards: readonly SoakBoard[]) {
  const groups = chance.maybe(forEachBoard) ? boards.map((board) => [board]) : [boards];
  const supplies = groups.map((fed, n) => {
    const told = chance.one([null, enough.one, enough.two]);
    const amperes = told === enough.two && chance.maybe(weak) ? enough.one : (told ?? enough.one);
    const name = `supply-${n + 1}`;
    return {
      built: {
        ...{ name, amperes, sagResetsBoards: true },
        boards: fed.map(({ line, address }) => ({ line, board: address })),
      },
      wired: {
        ...{ name, boards: fed.map((board) => board.name) },
        ...(told === null ? {} : { amperes: told }),
      },
    };
  });
  return { built: supplies.map(({ built }) => built), wired: supplies.map(({ wired }) => wired) };
}
