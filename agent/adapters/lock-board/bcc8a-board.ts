import { z } from 'zod';
import {
  CHANNELS_MAX,
  encodeOpen,
  encodeReadAll,
  encodeReadOne,
  findOpenReply,
  findReadAllReply,
  findReadOneReply,
} from './bcc8a-frames.ts';
import { COMMAND_GAP_MS, STATUS_TIMEOUT_MS } from './bus-ready.ts';
import { bitsOf, mapReply } from './find-reply.ts';
import { OPEN_TIMEOUT_MS } from './serial-bus.ts';
import { BoardPulse, type SerialProfile, serialFields } from './serial-profile.ts';

/** The board times its own pulse, 300 ms unless it was set otherwise (8A protocol document of 2021). */
const BOARD_PULSE_MS = 300;

/** The switches usually end at 31, some boards go further. */
const limits = { addressMin: 1, addressMax: 64, channelsMax: CHANNELS_MAX, boardAmperesMax: 6 };

/** A board of the "8A" family; the defaults are the commonest wiring and firmware. */
export const Bcc8aEntry = z.strictObject({
  ...serialFields('bcc8a', limits),
  channels: z.int().min(1).max(CHANNELS_MAX),
  /** Which group of eight comes first in a read-all reply; the documents disagree. */
  statusOrder: z.enum(['highFirst', 'lowFirst']).default('highFirst'),
  /** True for firmware that never answers an unlock: none is waited for. */
  silentUnlock: z.boolean().default(false),
  pulseMs: BoardPulse,
});
type Bcc8aEntry = z.infer<typeof Bcc8aEntry>;

export const bcc8a: SerialProfile<Bcc8aEntry> = {
  profile: 'bcc8a',
  entry: Bcc8aEntry,
  baudRate: 9_600,
  limits,
  // Read-all would not do: of eight open doors, its reply equals the query.
  echoProbe: (address) => ({ bytes: encodeReadOne(address, 1), findReply: findReadOneReply(address, 1) }),
  language: ({ address, channels, statusOrder, silentUnlock, pulseMs = BOARD_PULSE_MS }) => ({
    inputs: 0,
    fixedPulseMs: pulseMs,
    status: {
      bytes: encodeReadAll(address),
      timeoutMs: STATUS_TIMEOUT_MS,
      replyDue: true,
      findReply: mapReply(findReadAllReply(address), (groups) => ({
        doors: bitsOf(statusOrder === 'highFirst' ? groups.toReversed() : groups, channels),
        inputs: [],
      })),
    },
    open: (channel) => ({
      bytes: encodeOpen(address, channel),
      // The line carries the frame in the gap that has to be kept after it anyway.
      timeoutMs: silentUnlock ? COMMAND_GAP_MS : OPEN_TIMEOUT_MS,
      replyDue: !silentUnlock,
      findReply: mapReply(findOpenReply(address, channel), () => 'driven' as const),
    }),
  }),
};
