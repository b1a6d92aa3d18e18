import { limits } from '@latchwork/shared';
import type { z } from 'zod';
import { serialProfiles } from '../lock-board/profiles.ts';
import { CabinetFile } from './cabinet-file.ts';
import type { Discovery, FoundBoard } from './discover-boards.ts';

/** A board of which the reply does not tell how many locks it has; the smallest made have eight. */
const CHANNELS_GUESSED = 8;

export interface Proposal {
  file: z.input<typeof CabinetFile>;
  /** What was guessed, in lines for a person. */
  notes: string[];
}

/** A cabinet file for what was found on a line: doors in the order of boards and channels, sizes to be filled in. */
export function proposeCabinet(url: string, { boards, baudRate }: Discovery): Proposal {
  const named = boards.map((found, at) => ({ found, name: `board-${at + 1}`, judged: judge(found) }));
  const places = named
    .flatMap(({ name, judged }) =>
      Array.from({ length: judged.doors }, (_, at) => ({ board: name, channel: at + 1 })),
    )
    .slice(0, limits.slotsMax);
  const usual = boards.every(({ profile }) => serialProfiles[profile].baudRate === baudRate);
  const file = {
    lines: [{ name: 'locks', url, ...(usual ? {} : { baudRate }) }],
    boards: named.map(({ found: { profile, address, inputs }, name, judged }) => ({
      name,
      profile,
      line: 'locks',
      address,
      channels: judged.channels,
      ...(profile === 'modbus-relay' ? { inputs } : {}),
      feedback: judged.feedback,
    })),
    slots: places.map((place, at) => ({ number: at + 1, ...place, size: 'M' as const })),
  } as z.input<typeof CabinetFile>;
  CabinetFile.parse(file);
  return {
    file,
    notes: [
      ...named.map(({ name, judged }) => `${name}: ${judged.words}`),
      `doors are numbered 1 to ${places.length} in the order of boards and channels: change them to the numbers painted on the doors, and take out those that are not there`,
      'every size is a guess (M): set S, M or L for each slot',
      'nothing is known of what feeds the boards: without supplies one door opens at a time',
    ],
  };
}

/**
 * All doors are expected to be shut, so what most contacts do is what a closed door does. Channels where no lock is
 * connected make no contact, so only groups of eight up to the last contact are counted.
 */
function judge({ channels: told, made, profile }: FoundBoard) {
  const channels = told ?? CHANNELS_GUESSED;
  const room =
    told === undefined
      ? `it does not tell how many channels it has: ${channels} are a guess`
      : `its reply has room for ${channels} channels, which may be more than it has`;
  const read = made.slice(0, channels);
  if (read.every((one) => one === undefined)) {
    const words = `${room}; it tells nothing of its doors, so all of them are blind`;
    return { channels, doors: channels, feedback: 'none' as const, words };
  }
  const inputs = profile === 'modbus-relay' ? ['its inputs are taken for the doors of the same numbers'] : [];
  const heard = read.lastIndexOf(true) + 1;
  const said = (words: readonly string[]) => [room, ...words, ...inputs].join('; ');
  if (heard === 0)
    return { channels, doors: channels, feedback: 'openShorts' as const, words: said(openWords) };
  if (read.slice(0, heard).every((one) => one === true))
    return {
      channels,
      doors: heard,
      feedback: 'closedShorts' as const,
      words: said(shortedWords(read, heard)),
    };
  return { channels, doors: channels, feedback: 'none' as const, words: said(mixedWords(read, heard)) };
}

function shortedWords(read: readonly (boolean | undefined)[], heard: number): string[] {
  return [
    'all doors are expected to be shut now, and their contacts are made: a closed door is taken to make its contact (closedShorts)',
    ...(heard < read.length
      ? [
          `channels above ${heard} make none and are left out`,
          'to be sure, open one door and run this again: its contact is made no more',
        ]
      : []),
  ];
}

const openWords = [
  'all doors are expected to be shut now, and no contact is made: an open door is taken to make its contact (openShorts)',
  'if the doors stand open, shut them and run this again; to be sure, open one door and run this again: its contact is made then',
];

function mixedWords(read: readonly (boolean | undefined)[], heard: number): string[] {
  const numbers = (made: boolean) =>
    read.slice(0, heard).flatMap((one, at) => ((one === true) === made ? [at + 1] : []));
  return [
    `its contacts are mixed: channels ${numbers(true).join(', ')} make theirs, ${numbers(false).join(', ')} do not`,
    "so nobody can tell which way they are wired, and feedback is 'none' for now: its doors are blind",
    'shut every door and run this again; if they are mixed still, open one door and run it again: where its contact is made then, it is openShorts, where it is made no more, closedShorts',
  ];
}
