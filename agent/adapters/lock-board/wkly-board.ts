import { z } from 'zod';
import { STATUS_TIMEOUT_MS } from './bus-ready.ts';
import { type FindReply, mapReply } from './find-reply.ts';
import { OPEN_TIMEOUT_MS } from './serial-bus.ts';
import { BOARD_AMPERES_UNTOLD, BoardPulse, type SerialProfile, serialFields } from './serial-profile.ts';
import { CHANNELS_MAX, encodeOpen, encodeReadAll, findOpenReply, findReadAllReply } from './wkly-frames.ts';

const limits = {
  addressMin: 0,
  addressMax: 254,
  channelsMax: CHANNELS_MAX,
  boardAmperesMax: BOARD_AMPERES_UNTOLD,
};
/** No source tells how long the board drives a coil: taken for long, so that the coil rests enough. */
const BOARD_PULSE_MS = 1_000;

/** A board of the WKLY family. Which state means closed is not sure: set `feedback` by what is seen. */
export const WklyEntry = z.strictObject({
  ...serialFields('wkly', limits),
  channels: z.int().min(1).max(CHANNELS_MAX),
  pulseMs: BoardPulse,
});
type WklyEntry = z.infer<typeof WklyEntry>;

export const wkly: SerialProfile<WklyEntry> = {
  profile: 'wkly',
  entry: WklyEntry,
  baudRate: 9_600,
  limits,
  echoProbe: (address) => ({ bytes: encodeReadAll(address), findReply: findReadAllReply(address) }),
  language: ({ address, channels, pulseMs = BOARD_PULSE_MS }) => ({
    inputs: 0,
    fixedPulseMs: pulseMs,
    status: {
      bytes: encodeReadAll(address),
      timeoutMs: STATUS_TIMEOUT_MS,
      replyDue: true,
      findReply: mapReply(findReadAllReply(address), (states) => ({
        doors: Array.from({ length: channels }, (_, at) => madeOf(states[at])),
        inputs: [],
      })),
    },
    open: (channel) => ({
      bytes: encodeOpen(address, channel),
      timeoutMs: OPEN_TIMEOUT_MS,
      replyDue: true,
      findReply: orUnsure(findOpenReply(address, channel)),
    }),
  }),
};

/** A board that says it failed may have driven the coil all the same. */
function orUnsure(find: FindReply<'done'>): FindReply<'driven' | 'unsure'> {
  return (received, quiet) => {
    const found = find(received, quiet);
    if (found === undefined) return undefined;
    return { reply: 'refusal' in found ? 'unsure' : 'driven', bytes: found.bytes };
  };
}

function madeOf(state: number | undefined): boolean | undefined {
  if (state === 1) return true;
  return state === 0 ? false : undefined;
}
