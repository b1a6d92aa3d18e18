import { z } from 'zod';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { openSerialBoard, serialEntries, serialProfiles } from './profiles.ts';
import { serialBus } from './serial-bus.ts';
import { hex } from './testing.ts';
import { answersOf } from './testing-answers.ts';

/** Entries as a cabinet file has them; what is left out is what the profile takes for granted. */
const entries = {
  'kerong-cu48': { address: 1 },
  'kerong-cu16': { address: 3 },
  'kerong-cu12': { address: 2 },
  wkly: { address: 0, channels: 10 },
  'modbus-relay': { address: 1, channels: 8, inputs: 12 },
} as const;
export type Tested = keyof typeof entries;
export const tested = Object.keys(entries) as Tested[];

/** A board of the profile at the far end of a line in memory, and the driver at the near end. */
export function startScripted(profile: Tested, fields: object = {}) {
  const clock = manualClock();
  const { line, peer } = fakeLine('bus');
  const entry = z
    .discriminatedUnion('profile', serialEntries)
    .parse({ name: 'board', profile, line: 'bus', ...entries[profile], ...fields });
  const driven: number[] = [];
  const open = new Set<number>();
  const heard: string[] = [];
  const far = {
    address: entry.address,
    channels: entry.channels,
    open,
    inputsOn: new Set<number>(),
    driven,
    heard,
    dead: false,
    noise: 0,
    echo: false,
    /** Put in place of what would be sent. */
    reply: (frame: Uint8Array, _asked: Uint8Array): Uint8Array[] => [frame],
    drive: (channel: number) => {
      driven.push(channel);
      open.add(channel);
    },
  };
  peer.onBytes = (asked) => {
    heard.push(hex(asked) ?? '');
    if (far.echo) peer.send(asked);
    const answer = far.dead ? undefined : answersOf[profile]?.(asked, far);
    if (far.noise > 0) peer.send(Uint8Array.from({ length: far.noise }, () => 0xa5));
    if (answer) for (const part of far.reply(Uint8Array.from(answer), asked)) peer.send(part);
  };
  const bus = serialBus({ line, clock, echoProbe: serialProfiles[profile].echoProbe(entry.address) });
  return { clock, peer, far, bus, board: openSerialBoard(entry, bus) };
}
