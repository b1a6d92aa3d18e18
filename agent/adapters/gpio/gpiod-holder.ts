import { BUSY_HINT } from './gpio-failure.ts';
import type { GpiodSession } from './gpiod-session.ts';
import { findLine, parseLines } from './gpiod-syntax.ts';
import type { Tools } from './tools.ts';

export interface Holder {
  /** The program that holds one of the lines, as it calls itself. */
  name: string;
  /** For a person. */
  detail: string;
}

/** Which program keeps us from these lines; undefined where the tools cannot tell. */
export async function findHolder(
  tools: Pick<Tools, 'run'>,
  { syntax, chip }: Pick<GpiodSession, 'syntax' | 'chip'>,
  offsets: readonly number[],
): Promise<Holder | undefined> {
  const [program, ...args] = syntax.info(chip);
  const info = await tools.run(program, args);
  if (!info.ok) return undefined;
  const lines = parseLines(info.stdout);
  for (const line of offsets.map((offset) => findLine(lines, offset))) {
    if (line?.consumer === undefined) continue;
    const detail = `${line.name} (line ${line.offset} of ${chip}) is held by ${line.consumer}: ${BUSY_HINT}`;
    return { name: line.consumer, detail };
  }
  return undefined;
}
