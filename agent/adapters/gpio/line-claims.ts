/**
 * Who has which line of a chip, over all boards of a cabinet: a line that has a number and several names is found out only
 * where the chip tells them all, and a lock driven by two boards would rest for neither.
 */
export interface LineClaims {
  /** Takes these for a board, in place of what it had. Returns what belongs to another board already, and takes nothing then. */
  claim(board: string, lines: readonly string[]): { line: string; owner: string } | undefined;
}

export function lineClaims(): LineClaims {
  const owned = new Map<string, readonly string[]>();
  return {
    claim: (board, lines) => {
      for (const [owner, theirs] of owned) {
        const line = owner === board ? undefined : lines.find((one) => theirs.includes(one));
        if (line !== undefined) return { line, owner };
      }
      owned.set(board, lines);
      return undefined;
    },
  };
}
