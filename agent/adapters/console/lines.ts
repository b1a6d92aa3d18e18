/** Takes text in pieces and gives whole lines, without their ends; empty ones are left out. */
export interface LineReader {
  /** False once a line is longer than it may be: then nothing more is to be expected of this end. */
  push(piece: string): boolean;
}

export function lineReader(charactersMax: number, onLine: (line: string) => void): LineReader {
  let begun = '';
  return {
    push(piece) {
      let from = 0;
      for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
        if (begun.length + end - from > charactersMax) return false;
        const line = (begun + piece.slice(from, end)).trim();
        begun = '';
        from = end + 1;
        if (line !== '') onLine(line);
      }
      if (begun.length + piece.length - from > charactersMax) return false;
      begun += piece.slice(from);
      return true;
    },
  };
}

/** What a line says, or undefined for what is no JSON. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
