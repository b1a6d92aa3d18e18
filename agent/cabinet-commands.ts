import { lineFromUrl } from './adapters/byte-stream/line-from-url.ts';
import { ADDRESSES_TRIED_MAX, type Discovery, discoverBoards } from './adapters/doors/discover-boards.ts';
import { proposeCabinet } from './adapters/doors/propose-cabinet.ts';
import { withRemedy } from './adapters/doors/trouble-words.ts';
import { checkCabinet } from './cabinet-check.ts';
import type { CabinetCommand } from './cabinet-command-line.ts';
import type { Clock } from './ports/clock.ts';

export interface CabinetTools {
  clock: Clock;
  /** For what the command was asked for. */
  print(text: string): void;
  /** For a person who watches. */
  tell(line: string): void;
}

/** `agent cabinet check` and `agent cabinet discover`; false where the file is wrong or nothing was found. */
export async function cabinetCommand(command: CabinetCommand, tools: CabinetTools): Promise<boolean> {
  if (command.what === 'discover') return discover(command, tools);
  const { ok, lines } = checkCabinet(command.file);
  for (const line of lines) (ok ? tools.print : tools.tell)(`${line}\n`);
  return ok;
}

/** A device is opened by one program at a time; adapters on a network take several, and mix what they say. */
const SHARED_LINE =
  'an adapter on the network cannot be refused to a second program: if an agent runs on this line, stop it first';

type Discover = Extract<CabinetCommand, { what: 'discover' }>;

async function discover(
  { line: url, baud: baudRate, profile }: Discover,
  { clock, print, tell }: CabinetTools,
) {
  const say = (words: string) => tell(`${words}\n`);
  if (url.startsWith('tcp:')) say(SHARED_LINE);
  const discovery = await discoverBoards({
    url,
    baudRate,
    profile,
    clock,
    lineOf: lineFromUrl,
    onProgress: say,
  });
  if (discovery.boards.length === 0) {
    for (const words of whyNothing(discovery, profile)) say(words);
    return false;
  }
  const { file, notes } = proposeCabinet(url, discovery);
  for (const note of notes) say(note);
  if (profile === undefined)
    say(
      `boards at other rates than ${discovery.baudRate} baud, and at addresses far above, were not looked for: name a rate with --baud, a kind with --profile`,
    );
  print(`${JSON.stringify(file, null, 2)}\n`);
  return true;
}

function whyNothing({ lost, garbageAt }: Discovery, profile: string | undefined): string[] {
  if (lost !== undefined) return [`the line cannot be used: ${withRemedy(lost)}`];
  return [
    'no board answered; check',
    '  that the boards have power,',
    '  the two wires of the line, A and B: swap them, nothing breaks,',
    '  the address switches of each board, and that no two are alike,',
    '  the rate they are set to: try --baud',
    ...(profile === undefined
      ? [`  and whether an address lies above ${ADDRESSES_TRIED_MAX}: --profile looks at all of one kind`]
      : ['  and whether it is that kind of board: without --profile every kind is looked for']),
    ...garbageAt.map((rate) => `at ${rate} baud something talks that no board says: probably another rate`),
  ];
}
