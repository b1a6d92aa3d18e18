import type { ByteLine } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import { probeBoard } from '../lock-board/probe-board.ts';
import { probeOf, type SerialProfileName, serialProfiles } from '../lock-board/profiles.ts';
import { type SerialBus, serialBus } from '../lock-board/serial-bus.ts';
import { speaksAt } from './line-rates.ts';

/** Boards are numbered from the lowest address on; so many of each kind are tried before higher ones are. */
const FIRST_ADDRESSES = 8;
/** Of a kind that was not asked for by name, no more are tried: one that is not there takes a quarter of a second. */
export const ADDRESSES_TRIED_MAX = 32;
/** After a board was found and so many addresses behind it were silent, the search is over. */
const SILENT_MAX = 8;

export interface FoundBoard {
  profile: SerialProfileName;
  address: number;
  /** As many as the reply has room for; undefined where it does not tell. */
  channels: number | undefined;
  inputs: number;
  /** Whether the contact of each channel is made; undefined where the reply does not tell. */
  made: readonly (boolean | undefined)[];
}

export interface Discovery {
  boards: FoundBoard[];
  baudRate: number;
  /** Rates at which something talked that no profile understands. */
  garbageAt: number[];
  /** Why the line could not be used, where it could not. */
  lost?: string;
}

export interface DiscoverOptions {
  url: string;
  clock: Clock;
  lineOf(url: string, options: { baudRate: number; clock: Clock }): ByteLine;
  /** The factory rate of each kind unless given. */
  baudRate?: number | undefined;
  /** Every kind unless given. */
  profile?: SerialProfileName | undefined;
  onProgress(words: string): void;
}

/** Looks for boards on a line by their status queries alone; no lock is driven. Ends at the first kind and rate that answers. */
export async function discoverBoards(options: DiscoverOptions): Promise<Discovery> {
  const garbageAt: number[] = [];
  let baudRate = 0;
  for (const [rate, profiles] of kindsByRate(options)) {
    baudRate = rate;
    const first = profiles[0] as SerialProfileName;
    const { limits, echoProbe } = serialProfiles[first];
    const line = options.lineOf(options.url, { baudRate, clock: options.clock });
    const bus = serialBus({ line, clock: options.clock, echoProbe: echoProbe(limits.addressMin) });
    const found = await searchLine(bus, profiles, { ...options, rate }).finally(bus.close);
    if (found.garbage) garbageAt.push(baudRate);
    if (found.boards.length > 0 || found.lost !== undefined) return { ...found, baudRate, garbageAt };
  }
  return { boards: [], baudRate, garbageAt };
}

function kindsByRate({ baudRate, profile }: DiscoverOptions): Map<number, SerialProfileName[]> {
  const all = Object.keys(serialProfiles) as SerialProfileName[];
  const wanted =
    profile === undefined ? all.filter((one) => !baudRate || speaksAt(one, baudRate)) : [profile];
  return Map.groupBy(wanted, (one) => baudRate ?? serialProfiles[one].baudRate);
}

interface Search {
  boards: FoundBoard[];
  garbage: boolean;
  lost?: string;
}

async function searchLine(
  bus: SerialBus,
  profiles: readonly SerialProfileName[],
  { profile: named, rate, onProgress }: DiscoverOptions & { rate: number },
): Promise<Search> {
  const search: Search = { boards: [], garbage: false };
  const mostOf = (profile: SerialProfileName) => {
    const { addressMin, addressMax } = serialProfiles[profile].limits;
    return named === undefined ? Math.min(addressMax, addressMin + ADDRESSES_TRIED_MAX - 1) : addressMax;
  };
  for (const pass of ['low', 'high'] as const) {
    for (const profile of profiles) {
      const { addressMin } = serialProfiles[profile].limits;
      const split = Math.min(mostOf(profile), addressMin + FIRST_ADDRESSES - 1);
      const [from, to] = pass === 'low' ? [addressMin, split] : [split + 1, mostOf(profile)];
      if (from > to) continue;
      onProgress(`${rate} baud: looking for ${profile} boards at addresses ${from} to ${to}`);
      await searchKind(bus, { profile, from, to, most: mostOf(profile), onProgress }, search);
      if (search.boards.length > 0 || search.lost !== undefined) return search;
    }
  }
  return search;
}

interface Kind {
  profile: SerialProfileName;
  from: number;
  to: number;
  /** As far as it goes once a board was found. */
  most: number;
  onProgress(words: string): void;
}

async function searchKind(bus: SerialBus, { profile, from, to, most, onProgress }: Kind, search: Search) {
  let silent = 0;
  const goesOn = (address: number) =>
    search.boards.length === 0 ? address <= to : address <= most && silent < SILENT_MAX;
  for (let address = from; goesOn(address); address++) {
    const probed = await probeBoard(bus, { profile, address });
    if (probed.heard === 'line lost') {
      search.lost = probed.detail;
      return;
    }
    if (probed.heard === 'garbage') search.garbage = true;
    silent += 1;
    if (probed.heard !== 'board') continue;
    silent = 0;
    const { channels, inputs } = probed;
    search.boards.push({ profile, address, channels, inputs, made: await contacts(bus, profile, address) });
    onProgress(`found a ${profile} board at address ${address}`);
  }
}

async function contacts(bus: SerialBus, profile: SerialProfileName, address: number) {
  const answer = await bus.ask({ ...probeOf(profile, address).status, urgent: false });
  return answer.ok ? answer.reply.doors : [];
}
