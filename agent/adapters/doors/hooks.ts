import { type BoardEntry, inputsOf, isSerialEntry } from '../lock-board/profiles.ts';

/** Where a door hangs: its board by name, and its channel there. */
export interface Hung {
  board: string;
  channel: number;
}

/** Whether the lock's own switch is wired, so that its board tells where it stands. */
export function hasHook(boards: readonly BoardEntry[], { board, channel }: Hung): boolean {
  const entry = boards.find(({ name }) => name === board);
  if (entry === undefined) return false;
  if (!isSerialEntry(entry)) return entry.channels[channel - 1]?.feedback !== undefined;
  if ((entry.feedbackByChannel[channel] ?? entry.feedback) === 'none') return false;
  // A relay board has as many hooks as it has inputs: each takes the input of its number.
  return entry.profile !== 'modbus-relay' || channel <= inputsOf(entry);
}

/** The input that the lock's own switch takes, where it takes one that could be wired to anything else. */
export function hookInput(boards: readonly BoardEntry[], hung: Hung): number | undefined {
  const entry = boards.find(({ name }) => name === hung.board);
  return entry?.profile === 'modbus-relay' && hasHook(boards, hung) ? hung.channel : undefined;
}
