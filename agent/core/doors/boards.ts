import type { Draft } from '../draft.ts';
import type { Input } from '../input.ts';
import { remember } from './remember.ts';

const detailCharactersMax = 200;

/** A board was lost or came back, or its line became noisy or quiet. Its doors are reported by themselves. */
export function onBoardSeen(d: Draft, { board, state, detail }: Extract<Input, { kind: 'boardSeen' }>): void {
  if (state === 'lost' || state === 'back') {
    const boardsLost = new Set(d.state.doorMemory.boardsLost);
    if (state === 'lost') boardsLost.add(board);
    else boardsLost.delete(board);
    remember(d, { boardsLost });
  }
  if (state === 'lost' || state === 'noisy')
    d.emit({ kind: `board.${state}`, board, detail: detail.slice(0, detailCharactersMax) });
  else d.emit({ kind: `board.${state}`, board });
}

/** A board fell silent while a coil on its supply was driven. */
export function onSupplySagged(d: Draft, input: Extract<Input, { kind: 'supplySagged' }>): void {
  const { supply, board, detail } = input;
  d.emit({ kind: 'supply.sagged', supply, board, detail: detail.slice(0, detailCharactersMax) });
}
