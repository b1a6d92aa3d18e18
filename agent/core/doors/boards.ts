import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { Input } from '../input.ts';
import type { Config } from '../state.ts';
import { remember } from './remember.ts';
import { noteToldLost, tellKnown, tellUnknown } from './telling.ts';

const detailCharactersMax = 200;
/** By then the doors of a board that was lost or came back have been reported by themselves. */
const reportedAfterMs = 5_000;

/** A board was lost or came back, or its line became noisy or quiet. Its doors are reported by themselves. */
export function onBoardSeen(d: Draft, { board, state, detail }: Extract<Input, { kind: 'boardSeen' }>): void {
  if (state === 'lost' || state === 'back') {
    const boardsLost = new Set(d.state.doorMemory.boardsLost);
    if (state === 'lost') boardsLost.add(board);
    else boardsLost.delete(board);
    remember(d, { boardsLost });
    return tellBoard(d, board, detail);
  }
  if (state === 'noisy') d.emit({ kind: 'board.noisy', board, detail: detail.slice(0, detailCharactersMax) });
  else d.emit({ kind: 'board.quiet', board });
}

/** Its own facts speak for all its doors; what is not so for a single one is told now. */
export function onBoardTimer(d: Draft, index: number): void {
  const board = boardsOf(d.state.config)[index];
  if (board === undefined) return;
  for (const slot of slotsOn(d.state.config, board)) {
    const position = d.state.doors.get(slot) ?? 'unknown';
    // A door may have a switch of its own, at another board.
    if (position !== 'unknown') tellKnown(d, slot, { position, isTold: false });
    else tellUnknown(d, slot);
  }
}

/** Whether a board is lost, once an hour is over in which that changed oftener than is told. */
export function tellBoardAgain(d: Draft, board: string): void {
  tellBoard(d, board, 'comes and goes, and does not answer now');
}

/** A board fell silent while a coil on its supply was driven. */
export function onSupplySagged(d: Draft, input: Extract<Input, { kind: 'supplySagged' }>): void {
  const { supply, board, detail } = input;
  d.emit({ kind: 'supply.sagged', supply, board, detail: detail.slice(0, detailCharactersMax) });
}

function tellBoard(d: Draft, board: string, detail: string): void {
  const slots = slotsOn(d.state.config, board);
  const isLost = d.state.doorMemory.boardsLost.has(board);
  noteToldLost(d, slots, isLost);
  d.startTimer(`board:${boardsOf(d.state.config).indexOf(board)}`, reportedAfterMs);
  d.emit(
    isLost
      ? { kind: 'board.lost', board, detail: detail.slice(0, detailCharactersMax), slots }
      : { kind: 'board.back', board, slots },
  );
}

function slotsOn({ slots }: Config, board: string): SlotNumber[] {
  return slots.filter((configured) => configured.board === board).map(({ slot }) => slot);
}

function boardsOf({ slots }: Config): string[] {
  return [...new Set(slots.map(({ board }) => board))];
}
