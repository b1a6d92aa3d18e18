import { z } from 'zod';
import { WiredName } from './serial-profile.ts';

/** More than any Raspberry Pi has, and as many as other machines' chips may have. */
const LINES_MAX = 1_024;
const CHANNELS_MAX = 64;

const Line = z.union([
  z.int().min(0).max(LINES_MAX),
  z.string().regex(/^[\w./-]{1,32}$/, 'a line is its number on the chip, or its name as GPIO17'),
]);
const Level = z.enum(['low', 'high']);
/** A switch to ground needs a pull-up, which every Raspberry Pi has inside. */
const Bias = z.enum(['pullUp', 'pullDown', 'asIs']).default('pullUp');

const ChannelEntry = z.strictObject({
  output: Line,
  /** True where a low level drives the lock. */
  activeLow: z.boolean().default(false),
  /** Left out where no feedback is wired. `closed`: the level of the line while the door is closed. */
  feedback: z.strictObject({ line: Line, closed: Level.default('low'), bias: Bias }).optional(),
});

/** `on`: the level of the line while the input counts as on. */
const InputEntry = z.strictObject({ line: Line, on: Level.default('low'), bias: Bias });

/** Locks that hang on the machine's own GPIO lines, by a transistor or driver each. */
export const GpioEntry = z
  .strictObject({
    name: WiredName,
    profile: z.literal('gpio'),
    /** By Debian's gpiod tools, by sysfs, or by what the machine has. */
    driver: z.enum(['auto', 'gpiod', 'onoff']).default('auto'),
    /** The chip's label as `gpiodetect` shows it; the Raspberry Pi's header where left out. */
    chip: z.string().min(1).max(64).optional(),
    /** Channel 1 first. */
    channels: z.array(ChannelEntry).min(1).max(CHANNELS_MAX),
    /** Further inputs that hang on no lock, input 1 first. */
    inputs: z.array(InputEntry).max(CHANNELS_MAX).default([]),
  })
  .superRefine((entry, context) => {
    const lines = gpioLinesOf(entry);
    for (const line of new Set(lines.filter((line, at) => lines.indexOf(line) !== at)))
      context.addIssue({ code: 'custom', message: `board ${entry.name}: line ${line} is given twice` });
  });
export type GpioEntry = z.infer<typeof GpioEntry>;

/** Every line that a board takes, by number where its name tells it. */
export function gpioLinesOf({ channels, inputs }: Pick<GpioEntry, 'channels' | 'inputs'>): string[] {
  const lines = [
    ...channels.flatMap(({ output, feedback }) => [output, ...(feedback ? [feedback.line] : [])]),
    ...inputs.map(({ line }) => line),
  ];
  return lines.map((line) => String(line).replace(/^GPIO(?=\d+$)/, ''));
}
