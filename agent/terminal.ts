import { createInterface } from 'node:readline/promises';

/** Where a command speaks with the person who gave it. */
export interface Terminal {
  /** In words, or as JSON where that was asked for. */
  say(json: object, words: string): void;
  /** Left out where nobody can answer. */
  question?(words: string): Promise<string>;
}

/** From the upper left corner, over what was there before. */
const anew = '\u001b[H\u001b[J';

/** `over`: what is said replaces what was said before, where that can be. */
export function terminal({ json, over }: { json: boolean; over: boolean }): Terminal {
  const before = over && process.stdout.isTTY ? anew : '';
  const say = (line: object, words: string) =>
    void process.stdout.write(json ? `${JSON.stringify(line)}\n` : `${before}${words.trimEnd()}\n`);
  if (json || !process.stdin.isTTY) return { say };
  return {
    say,
    async question(words) {
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return await lines.question(words);
      } finally {
        lines.close();
      }
    },
  };
}
