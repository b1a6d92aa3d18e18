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
  const heard = Math.min(channels, 8 * Math.ceil((read.lastIndexOf(true) + 1) / 8));
  const shorted = read.filter((one) => one === true).length;
  const closedShorts = shorted > 0 && 2 * shorted >= heard;
  const inputs = profile === 'modbus-relay' ? ['its inputs are taken for the doors of the same numbers'] : [];
  const words = [room, ...(closedShorts ? shortedWords(read, heard) : openWords(read)), ...inputs].join('; ');
  const doors = closedShorts ? heard : channels;
  return {
    channels,
    doors,
    feedback: closedShorts ? ('closedShorts' as const) : ('openShorts' as const),
    words,
  };
}

function shortedWords(read: readonly (boolean | undefined)[], heard: number): string[] {
  const apart = read.slice(0, heard).flatMap((one, at) => (one === false ? [at + 1] : []));
  return [
    'all doors are expected to be shut now, and most contacts are made: a closed door is taken to make its contact (closedShorts)',
    ...(apart.length > 0 ? [`channels ${apart.join(', ')} make none: an open door, or no lock there`] : []),
    ...(heard < read.length ? [`channels above ${heard} make none and are left out`] : []),
  ];
}

function openWords(read: readonly (boolean | undefined)[]): string[] {
  const shorted = read.flatMap((one, at) => (one === true ? [at + 1] : []));
  return [
    'all doors are expected to be shut now, and most contacts are not made: an open door is taken to make its contact (openShorts); if the doors stand open, shut them and run this again',
    ...(shorted.length > 0 ? [`channels ${shorted.join(', ')} make one: an open door`] : []),
  ];
}
