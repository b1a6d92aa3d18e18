import { z } from 'zod';
import { COMMAND_GAP_MS, STATUS_TIMEOUT_MS } from './bus-ready.ts';
import { bitsOf, findNothing, mapReply } from './find-reply.ts';
import { encodeStatus, encodeUnlock, findStatusReply } from './kerong-cu48-frames.ts';
import { BoardPulse, KERONG_PULSE_MS, type SerialProfile, serialFields } from './serial-profile.ts';

const limits = { addressMin: 0, addressMax: 9, channelsMax: 48, boardAmperesMax: 3 };

/** A KERONG KR-CU48. Its supply may carry 3 A at most. */
export const KerongCu48Entry = z.strictObject({
  ...serialFields('kerong-cu48', limits),
  channels: z.int().min(1).max(limits.channelsMax).default(limits.channelsMax),
  pulseMs: BoardPulse,
});
type KerongCu48Entry = z.infer<typeof KerongCu48Entry>;

export const kerongCu48: SerialProfile<KerongCu48Entry> = {
  profile: 'kerong-cu48',
  entry: KerongCu48Entry,
  baudRate: 19_200,
  limits,
  echoProbe: (address) => ({ bytes: encodeStatus(address), findReply: findStatusReply(address) }),
  language: ({ address, channels, pulseMs = KERONG_PULSE_MS }) => ({
    inputs: 0,
    fixedPulseMs: pulseMs,
    status: {
      bytes: encodeStatus(address),
      timeoutMs: STATUS_TIMEOUT_MS,
      replyDue: true,
      findReply: mapReply(findStatusReply(address), (locked) => ({
        doors: bitsOf(locked, channels),
        inputs: [],
      })),
    },
    // An unlock has no reply (protocol v2.1).
    open: (channel) => ({
      bytes: encodeUnlock(address, channel - 1),
      timeoutMs: COMMAND_GAP_MS,
      replyDue: false,
      findReply: findNothing,
    }),
  }),
};
