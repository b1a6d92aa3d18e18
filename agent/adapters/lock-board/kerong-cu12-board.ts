import { z } from 'zod';
import { STATUS_TIMEOUT_MS } from './bus-ready.ts';
import { bitsOf, type FindReply } from './find-reply.ts';
import { type Cu12Request, encodeRequest, findReply } from './kerong-cu12-frames.ts';
import { OPEN_TIMEOUT_MS } from './serial-bus.ts';
import {
  BOARD_AMPERES_UNTOLD,
  BoardPulse,
  KERONG_PULSE_MS,
  type SerialProfile,
  serialFields,
} from './serial-profile.ts';

const limits = { addressMin: 0, addressMax: 15, channelsMax: 12, boardAmperesMax: BOARD_AMPERES_UNTOLD };
/** The unlock time is told in steps of this. */
const TIME_STEP_MS = 10;

/** A KERONG KR-CU12 or NCU12. */
export const KerongCu12Entry = z
  .strictObject({
    ...serialFields('kerong-cu12', limits),
    channels: z.int().min(1).max(limits.channelsMax).default(limits.channelsMax),
    pulseMs: BoardPulse,
    /**
     * Given together with `pulseMs`, the board is told its unlock time, with this byte first. No source
     * says which, and the wrong one would hold a coil for minutes, so it has to be known.
     */
    unlockTimeOrder: z.enum(['highFirst', 'lowFirst']).optional(),
  })
  .refine((entry) => entry.unlockTimeOrder === undefined || entry.pulseMs !== undefined, {
    path: ['unlockTimeOrder'],
    message: 'says in which order pulseMs is told to the board: give pulseMs too',
  });
type KerongCu12Entry = z.infer<typeof KerongCu12Entry>;

export const kerongCu12: SerialProfile<KerongCu12Entry> = {
  profile: 'kerong-cu12',
  entry: KerongCu12Entry,
  baudRate: 19_200,
  limits,
  echoProbe: (address) => {
    const status: Cu12Request = { address, lock: 0, command: 'status' };
    return { bytes: encodeRequest(status), findReply: findReply(status) };
  },
  language: ({ address, channels, pulseMs, unlockTimeOrder }) => {
    const status: Cu12Request = { address, lock: 0, command: 'status' };
    const question = (request: Cu12Request) => ({
      bytes: encodeRequest(request),
      timeoutMs: request.command === 'unlock' ? OPEN_TIMEOUT_MS : STATUS_TIMEOUT_MS,
      replyDue: true,
    });
    const tellTime = (): Cu12Request | undefined => {
      if (pulseMs === undefined || unlockTimeOrder === undefined) return undefined;
      const steps = Math.max(1, Math.floor(pulseMs / TIME_STEP_MS));
      const data = [steps >> 8, steps & 0xff];
      return {
        address,
        lock: 0,
        command: 'unlockTime',
        data: unlockTimeOrder === 'highFirst' ? data : data.reverse(),
      };
    };
    const time = tellTime();
    return {
      inputs: 0,
      fixedPulseMs: pulseMs ?? KERONG_PULSE_MS,
      status: {
        ...question(status),
        findReply: okOr(status, (data) => ({ doors: bitsOf(data, channels), inputs: [] })),
      },
      open: (channel) => {
        const unlock: Cu12Request = { address, lock: channel - 1, command: 'unlock' };
        return { ...question(unlock), findReply: findUnlocked(unlock) };
      },
      // A board that was away may have lost its settings with its power.
      ...(time && { atContact: { ...question(time), findReply: okOr(time, () => true), again: true } }),
    };
  },
};

function okOr<T>(request: Cu12Request, understand: (data: Uint8Array) => T): FindReply<T> {
  const find = findReply(request);
  return (received, quiet) => {
    const found = find(received, quiet);
    if (found === undefined || 'refusal' in found) return found;
    const { reply, bytes } = found;
    return reply.answer === 'ok'
      ? { reply: understand(reply.data), bytes }
      : { refusal: `the board says: ${reply.answer}`, bytes };
  };
}

/** A board that failed or timed out may have driven the coil; one that did not understand has not. */
function findUnlocked(request: Cu12Request): FindReply<'driven' | 'unsure'> {
  const find = findReply(request);
  return (received, quiet) => {
    const found = find(received, quiet);
    if (found === undefined || 'refusal' in found) return found;
    const { reply, bytes } = found;
    if (reply.answer === 'ok') return { reply: 'driven', bytes };
    if (reply.answer === 'failed' || reply.answer === 'timed out') return { reply: 'unsure', bytes };
    return { refusal: `the board says: ${reply.answer}`, bytes };
  };
}
