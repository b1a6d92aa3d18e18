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
      Array.from({ length: judged.channels }, (_, at) => ({ board: name, channel: at + 1 })),
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

/** All doors are expected to be shut, so what most contacts do is what a closed door does. */
function judge({ channels: told, made, profile }: FoundBoard) {
  const channels = told ?? CHANNELS_GUESSED;
  const room =
    told === undefined
      ? `it does not tell how many channels it has: ${channels} are a guess`
      : `its reply has room for ${channels} channels, which may be more than it has`;
  const read = made.slice(0, channels);
  const [shorted, apart] = [true, false].map((state) => read.filter((one) => one === state).length) as [
    number,
    number,
  ];
  if (shorted + apart === 0)
    return {
      channels,
      feedback: 'none' as const,
      words: `${room}; it tells nothing of its doors, so all are blind`,
    };
  const closedShorts = shorted >= apart;
  const open = read.flatMap((one, at) => (one === !closedShorts ? [at + 1] : []));
  const polarity = closedShorts
    ? `a closed door is taken to make the contact (closedShorts), as ${shorted} of ${shorted + apart} do now`
    : `an open door is taken to make the contact (openShorts), as ${apart} of ${shorted + apart} do not now`;
  const others =
    open.length === 0
      ? 'all doors are expected to be shut now: if they are not, change feedback'
      : `all doors are expected to be shut now; channels ${open.join(', ')} differ: an open door, or no lock there`;
  const inputs = profile === 'modbus-relay' ? '; its inputs are taken for the doors of the same numbers' : '';
  return {
    channels,
    feedback: closedShorts ? ('closedShorts' as const) : ('openShorts' as const),
    words: `${room}; ${polarity}; ${others}${inputs}`,
  };
}
