import { z } from 'zod';
import { PULSE_MS_MAX } from '../doors/power-limits.ts';
import type { EchoProbe } from './bus-echo.ts';
import type { FindReply } from './find-reply.ts';

/** Which contact a closed door makes; `none` where no feedback is wired. */
export const Feedback = z.enum(['closedShorts', 'openShorts', 'none']);
export type Feedback = z.infer<typeof Feedback>;

/** What lines, boards and supplies are called in a cabinet file. */
export const WiredName = z.string().regex(/^[\w-]{1,32}$/, 'a name is 1 to 32 letters, digits, - or _');

/** Doors wired unlike the rest of their board, by channel: `{"3": "openShorts"}`. */
const FeedbackByChannel = z.record(z.string().regex(/^[1-9]\d?$/, 'a channel'), Feedback).default({});

/** How long a board drives a coil by itself, where it was set otherwise than its makers do. */
export const BoardPulse = z.int().min(1).max(PULSE_MS_MAX).optional();

/** How long KERONG boards drive a coil unless set otherwise (KR-CU12 manual; the others do not say). */
export const KERONG_PULSE_MS = 550;

/** What a board is taken to bear whose makers do not say: as much as the weakest that is known, a KR-CU48. */
export const BOARD_AMPERES_UNTOLD = 3;

/** The limits of a profile's boards: what their address switch and their frames can hold. */
export interface ProfileLimits {
  addressMin: number;
  addressMax: number;
  channelsMax: number;
  /** What its terminals and tracks bear; left out where each lock has a contact of its own. */
  boardAmperesMax?: number;
}

/** What every board on a line has in its entry. */
export function serialFields<P extends string>(profile: P, limits: ProfileLimits) {
  return {
    name: WiredName,
    profile: z.literal(profile),
    line: WiredName,
    /** As set on the board's switches. */
    address: z.int().min(limits.addressMin).max(limits.addressMax),
    feedback: Feedback.default('closedShorts'),
    feedbackByChannel: FeedbackByChannel,
  };
}

/** One kind of board on a serial line: its entry in the cabinet file, and how it is spoken to. */
export interface SerialProfile<Entry extends { profile: string }> {
  profile: Entry['profile'];
  entry: z.ZodType<Entry>;
  /** Of a line that has only such boards and says no rate of its own. */
  baudRate: number;
  limits: ProfileLimits;
  echoProbe(address: number): EchoProbe;
  language(entry: Entry): Omit<BoardLanguage, 'echoProbe'>;
  /** What is asked of a board of which only the address is known, where that is not as much as there can be. */
  probeFields?: { channels: number; inputs: number };
}

/** How one board is spoken to, in whole questions. */
export interface BoardLanguage {
  /** Further inputs that hang on no lock. */
  inputs: number;
  /** Channels that can have feedback at all, where that is fewer than there are. */
  feedbackChannels?: number;
  /** Set when the board times its own pulse. */
  fixedPulseMs?: number;
  /** The shortest pulse that the board can be asked for, where it times it as it is told. */
  pulseMsMin?: number;
  /** Reads every channel and input. */
  status: BoardQuestion<BoardBits>;
  /** `unsure`: the board answered that it may have failed to drive the coil. */
  open(channel: number, pulseMs: number): BoardQuestion<'driven' | 'unsure'>;
  /** Tells an echo of what is asked of this board from its replies. */
  echoProbe: EchoProbe;
  /** Asked before anything else; with `again`, also once the board had been away. */
  atContact?: BoardQuestion<unknown> & { again: boolean };
  atClose?: BoardQuestion<unknown>;
}

export interface BoardQuestion<T> {
  bytes: Uint8Array;
  timeoutMs: number;
  /** False for a board that keeps silent: the time out is then no trouble. */
  replyDue: boolean;
  findReply: FindReply<T>;
}

/** True where a contact is made or a bit set; undefined where the reply did not tell. */
export interface BoardBits {
  doors: readonly (boolean | undefined)[];
  inputs: readonly (boolean | undefined)[];
}
