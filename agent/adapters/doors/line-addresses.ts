import { type BoardEntry, isSerialEntry, type SerialEntry } from '../lock-board/profiles.ts';
import type { Finding } from './finding.ts';

/** A KR-CU16 takes sixteen addresses on the wire, one for each lock: its own in the high half of the byte. */
const LOCKS_OF_CU16 = 16;

/** Boards of a line that would take each other's questions for theirs. */
export function addressClashes(boards: readonly BoardEntry[]): Finding[] {
  const serial = boards.flatMap((board, at) => (isSerialEntry(board) ? [{ board, at }] : []));
  return serial.flatMap(({ board, at }, n): Finding[] => {
    const path = ['boards', at, 'address'];
    const before = serial
      .slice(0, n)
      .map((other) => other.board)
      .filter((other) => other.line === board.line);
    const same = before.find((other) => other.address === board.address);
    if (same !== undefined) {
      const message = `address ${board.address} on line ${board.line} is given twice: to ${same.name} and to ${board.name}`;
      return [{ path, message }];
    }
    const near = before.find((other) => overlap(other, board));
    if (near === undefined) return [];
    return [
      {
        path,
        message: `${wordsOf(board)} overlaps with ${wordsOf(near)}, on line ${board.line}: both are KERONG's`,
      },
    ];
  });
}

function overlap(one: SerialEntry, other: SerialEntry): boolean {
  if (one.profile === other.profile || !isKerong(one) || !isKerong(other)) return false;
  const [a, b] = [wireAddresses(one), wireAddresses(other)];
  return a.first <= b.last && b.first <= a.last;
}

function isKerong({ profile }: SerialEntry): boolean {
  return profile.startsWith('kerong-');
}

function wireAddresses({ profile, address }: SerialEntry): { first: number; last: number } {
  if (profile !== 'kerong-cu16') return { first: address, last: address };
  return { first: address * LOCKS_OF_CU16, last: address * LOCKS_OF_CU16 + LOCKS_OF_CU16 - 1 };
}

function wordsOf(board: SerialEntry): string {
  const { first, last } = wireAddresses(board);
  return first === last
    ? `address ${first} of ${board.name}`
    : `board ${board.name}, which takes addresses ${first} to ${last},`;
}
