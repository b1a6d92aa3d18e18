import { z } from 'zod';

const CHANNELS_MAX = 64;
const PULSE_MS_MAX = 10_000;
const BAUD_8A = 9600;
const BAUD_KERONG = 19_200;

/** The lock line that boards and doors hang on where none is named. */
export const LINE_NAME_DEFAULT = 'lock';

/** Names a lock line; `scanner` is the scanner's. */
export const LineName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'a line name is small letters, digits and -')
  .refine((name) => name !== 'scanner', 'a lock line cannot be named scanner');

const line = LineName.default(LINE_NAME_DEFAULT);
/** Which way the hook switches are wired: shorted when closed, or shorted when open. */
const feedback = z.enum(['closedShorts', 'openShorts']).default('closedShorts');
/** The board times its coils itself. */
const pulseMs = z.int().min(1).max(PULSE_MS_MAX);
/** When the answer to an opening leaves: as the coil is driven, or after its pulse. */
const unlockReplyAt = z.enum(['pulseStart', 'pulseEnd']).default('pulseStart');

/** How one simulated board of the 8A family is built and set: every field that firmware is known to differ in. */
export const Bcc8aConfig = z.strictObject({
  profile: z.literal('bcc8a').default('bcc8a'),
  line,
  address: z.int().min(1).max(64),
  channels: z.int().min(1).max(CHANNELS_MAX).default(16),
  /** Status bytes in a read-all reply; null: as many as the channels need. An 8-way board was seen to send 3. */
  statusBytes: z.int().min(1).max(8).nullable().default(null),
  statusOrder: z.enum(['highFirst', 'lowFirst']).default('highFirst'),
  /** `silent`: some firmware does not answer "open one"; `header80`: an older 8-way board's header. */
  unlockReply: z.enum(['header8A', 'header80', 'silent']).default('header8A'),
  unlockReplyAt,
  /** Header of the frames sent unasked on a change; null: the firmware sends none. */
  unsolicited: z.enum(['81', '82']).nullable().default(null),
  /** 300 ms is the default of the 2021 document. */
  pulseMs: pulseMs.default(300),
  feedback,
});
export type Bcc8aConfig = z.infer<typeof Bcc8aConfig>;

/** 48 locks at most; never answers an unlock. */
export const KerongCu48Config = z.strictObject({
  profile: z.literal('kerong-cu48'),
  line,
  address: z.int().min(0).max(9),
  channels: z.int().min(1).max(48).default(48),
  pulseMs: pulseMs.default(550),
  feedback,
});
export type KerongCu48Config = z.infer<typeof KerongCu48Config>;

/** 16 locks and as many infrared inputs. `unlockReply: status`: some answer an unlock, which nobody can rely on. */
export const KerongCu16Config = z.strictObject({
  profile: z.literal('kerong-cu16'),
  line,
  address: z.int().min(0).max(15),
  channels: z.int().min(1).max(16).default(16),
  unlockReply: z.enum(['silent', 'status']).default('silent'),
  pulseMs: pulseMs.default(550),
  feedback,
});
export type KerongCu16Config = z.infer<typeof KerongCu16Config>;

/** 12 locks; its unlock time of 550 ms can be set over the wire, in an order of bytes that no document tells. */
export const KerongCu12Config = z.strictObject({
  profile: z.literal('kerong-cu12'),
  line,
  address: z.int().min(0).max(15),
  channels: z.int().min(1).max(12).default(12),
  unlockTimeOrder: z.enum(['highFirst', 'lowFirst']).default('highFirst'),
  pulseMs: pulseMs.default(550),
  feedback,
});
export type KerongCu12Config = z.infer<typeof KerongCu12Config>;

/** A state byte of 1 is a shorted contact. `unsolicited`: sends frame `85` on a change. */
export const WklyConfig = z.strictObject({
  profile: z.literal('wkly'),
  line,
  address: z.int().min(0).max(255),
  channels: z.int().min(1).max(48).default(12),
  unlockReplyAt,
  unsolicited: z.boolean().default(false),
  pulseMs: pulseMs.default(300),
  feedback,
});
export type WklyConfig = z.infer<typeof WklyConfig>;

/**
 * A Waveshare relay board; the host names each pulse. Input N carries the hook switch of channel N unless something else
 * is wired to it.
 */
export const ModbusRelayConfig = z.strictObject({
  profile: z.literal('modbus-relay'),
  line,
  address: z.int().min(1).max(247),
  channels: z.int().min(1).max(32).default(8),
  inputs: z.int().min(0).max(32).default(8),
  feedback,
});
export type ModbusRelayConfig = z.infer<typeof ModbusRelayConfig>;

/** A board as it was built and set; without a profile it is a `bcc8a`. */
export const BoardConfig = z.preprocess(
  (given) => (isObject(given) && !('profile' in given) ? { ...given, profile: 'bcc8a' } : given),
  z.discriminatedUnion('profile', [
    Bcc8aConfig,
    KerongCu48Config,
    KerongCu16Config,
    KerongCu12Config,
    WklyConfig,
    ModbusRelayConfig,
  ]),
);
export type BoardConfig = z.infer<typeof BoardConfig>;

/** The speed at which boards of the profile leave the factory. */
export function baudOf(profile: BoardConfig['profile']): number {
  return profile.startsWith('kerong') ? BAUD_KERONG : BAUD_8A;
}

/** Inputs of a board that hang on no lock, or can. */
export function inputsOf(config: BoardConfig): number {
  if (config.profile === 'kerong-cu16') return 16;
  return config.profile === 'modbus-relay' ? config.inputs : 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
