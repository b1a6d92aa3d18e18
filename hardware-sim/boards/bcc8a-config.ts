import { z } from 'zod';

const ADDRESS_MAX = 64;
const CHANNELS_MAX = 64;
const PULSE_MS_MAX = 10_000;

/** How one simulated board is built and set; every field that firmware is known to differ in can be chosen. */
export const Bcc8aConfig = z.strictObject({
  address: z.int().min(1).max(ADDRESS_MAX),
  channels: z.int().min(1).max(CHANNELS_MAX).default(16),
  /** Status bytes in a read-all reply; null: as many as the channels need. An 8-way board was seen to send 3. */
  statusBytes: z.int().min(1).max(8).nullable().default(null),
  statusOrder: z.enum(['highFirst', 'lowFirst']).default('highFirst'),
  /** `silent`: some firmware does not answer "open one"; `header80`: an older 8-way board's header. */
  unlockReply: z.enum(['header8A', 'header80', 'silent']).default('header8A'),
  /** When the answer to "open one" leaves: as the coil is driven, or after its pulse. */
  unlockReplyAt: z.enum(['pulseStart', 'pulseEnd']).default('pulseStart'),
  /** Header of the frames sent unasked on a change; null: the firmware sends none. */
  unsolicited: z.enum(['81', '82']).nullable().default(null),
  /** The board times its coils itself; 300 ms is the default of the 2021 document. */
  pulseMs: z.int().min(1).max(PULSE_MS_MAX).default(300),
  /** Which way the hook switches are wired: shorted when closed, or shorted when open. */
  feedback: z.enum(['closedShorts', 'openShorts']).default('closedShorts'),
});
export type Bcc8aConfig = z.infer<typeof Bcc8aConfig>;
