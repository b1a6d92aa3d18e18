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
/** Once boards were found, each kind is looked for up to so many addresses behind the last of them. */
const SILENT_MAX = 8;
/** Of an address where nobody is, about. */
const ADDRESS_S = 0.25;

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

/**
 * Looks for boards on a line by their status queries alone; no lock is driven. Ends at the first rate at which any answers,
 * with all kinds that do.
 */
export async function discoverBoards(options: DiscoverOptions): Promise<Discovery> {
  const garbageAt: number[] = [];
  let baudRate = 0;
  const byRate = kindsByRate(options);
  options.onProgress(atMostWords([...byRate.values()].flat(), options));
  for (const [rate, profiles] of byRate) {
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

/** The last address of a kind that is tried at all. */
function lastOf(profile: SerialProfileName, named: SerialProfileName | undefined): number {
  const { addressMin, addressMax } = serialProfiles[profile].limits;
  return named === undefined ? Math.min(addressMax, addressMin + ADDRESSES_TRIED_MAX - 1) : addressMax;
}

function atMostWords(profiles: readonly SerialProfileName[], { profile: named }: DiscoverOptions): string {
  const addresses = profiles.map((one) => lastOf(one, named) - serialProfiles[one].limits.addressMin + 1);
  const most = addresses.reduce((sum, one) => sum + one, 0);
  return `looking at ${most} addresses at most, which takes up to ${Math.ceil(most * ADDRESS_S)} s; less once a board was found`;
}

async function searchLine(
  bus: SerialBus,
  profiles: readonly SerialProfileName[],
  { profile: named, rate, onProgress }: DiscoverOptions & { rate: number },
): Promise<Search> {
  const search: Search = { boards: [], garbage: false };
  const kinds = profiles.map((profile): Kind => {
    const { addressMin } = serialProfiles[profile].limits;
    return { profile, next: addressMin, low: addressMin + FIRST_ADDRESSES - 1, last: lastOf(profile, named) };
  });
  for (const pass of ['low', 'high'] as const) {
    const lastNow = (kind: Kind) => lastAddress(kind, pass, search.boards);
    const unfinished = () => kinds.find((kind) => kind.next <= lastNow(kind));
    for (let kind = unfinished(); kind; kind = unfinished()) {
      const to = lastNow(kind);
      onProgress(`${rate} baud: looking for ${kind.profile} boards at addresses ${kind.next} to ${to}`);
      for (; kind.next <= lastNow(kind); kind.next++) {
        if (search.boards.some(({ address }) => address === kind.next)) continue;
        await searchAddress(bus, kind, { search, onProgress });
        if (search.lost !== undefined) return search;
      }
    }
  }
  return search;
}

interface Kind {
  profile: SerialProfileName;
  /** The next address to be tried. */
  next: number;
  /** The last of the first pass, and of all. */
  low: number;
  last: number;
}

function lastAddress({ low, last }: Kind, pass: 'low' | 'high', found: readonly FoundBoard[]): number {
  if (pass === 'low') return Math.min(last, low);
  if (found.length === 0) return last;
  return Math.min(last, Math.max(...found.map(({ address }) => address)) + SILENT_MAX);
}

async function searchAddress(
  bus: SerialBus,
  { profile, next: address }: Kind,
  { search, onProgress }: { search: Search; onProgress(words: string): void },
): Promise<void> {
  const probed = await probeBoard(bus, { profile, address });
  if (probed.heard === 'line lost') search.lost = probed.detail;
  if (probed.heard === 'garbage') search.garbage = true;
  if (probed.heard !== 'board') return;
  const { channels, inputs } = probed;
  search.boards.push({ profile, address, channels, inputs, made: await contacts(bus, profile, address) });
  onProgress(`found a ${profile} board at address ${address}`);
}

async function contacts(bus: SerialBus, profile: SerialProfileName, address: number) {
  const answer = await bus.ask({ ...probeOf(profile, address).status, urgent: false });
  return answer.ok ? answer.reply.doors : [];
}
