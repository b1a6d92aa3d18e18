import { z } from 'zod';
import { COMMAND_GAP_MS, STATUS_TIMEOUT_MS } from './bus-ready.ts';
import { bitsOf, findNothing, mapReply } from './find-reply.ts';
import { encodeStatus, encodeUnlock, findStatusReply } from './kerong-cu16-frames.ts';
import {
  BOARD_AMPERES_UNTOLD,
  BoardPulse,
  KERONG_PULSE_MS,
  type SerialProfile,
  serialFields,
} from './serial-profile.ts';

const limits = { addressMin: 0, addressMax: 15, channelsMax: 16, boardAmperesMax: BOARD_AMPERES_UNTOLD };
const INFRARED_INPUTS = 16;

/** A KERONG KR-CU16, with an infrared input beside each lock. */
export const KerongCu16Entry = z.strictObject({
  ...serialFields('kerong-cu16', limits),
  channels: z.int().min(1).max(limits.channelsMax).default(limits.channelsMax),
  pulseMs: BoardPulse,
});
type KerongCu16Entry = z.infer<typeof KerongCu16Entry>;

export const kerongCu16: SerialProfile<KerongCu16Entry> = {
  profile: 'kerong-cu16',
  entry: KerongCu16Entry,
  baudRate: 19_200,
  limits,
  echoProbe: (address) => ({ bytes: encodeStatus(address), findReply: findStatusReply(address) }),
  language: ({ address, channels, pulseMs = KERONG_PULSE_MS }) => ({
    inputs: INFRARED_INPUTS,
    fixedPulseMs: pulseMs,
    status: {
      bytes: encodeStatus(address),
      timeoutMs: STATUS_TIMEOUT_MS,
      replyDue: true,
      findReply: mapReply(findStatusReply(address), ({ hooks, infrared }) => ({
        doors: bitsOf(hooks, channels),
        inputs: bitsOf(infrared, INFRARED_INPUTS),
      })),
    },
    // Some boards say something after an unlock, but nothing that proves it.
    open: (channel) => ({
      bytes: encodeUnlock(address, channel - 1),
      timeoutMs: COMMAND_GAP_MS,
      replyDue: false,
      findReply: findNothing,
    }),
  }),
};
