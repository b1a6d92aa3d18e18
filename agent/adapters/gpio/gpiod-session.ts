import type { GpioBias, GpioFailure, GpioLines, LineOfChip } from '../../ports/gpio.ts';
import { noSuchChip } from './chip-labels.ts';
import { gpioFailure, toolFailure } from './gpio-failure.ts';
import {
  findLine,
  type GpiodSyntax,
  gpiodSyntax,
  type LineGroup,
  type LineInfo,
  type OutputGroup,
  parseChips,
  parseLines,
} from './gpiod-syntax.ts';
import type { Tools } from './tools.ts';

/** What was found on the machine: how its tools are spoken to, and where the lines are. */
export interface GpiodSession {
  version: string;
  syntax: GpiodSyntax;
  chip: string;
  /** One group of one line for each output. */
  outputs: readonly OutputGroup[];
  /** Inputs that are asked for alike, with their numbers. */
  inputs: readonly { group: LineGroup; inputs: readonly number[] }[];
}

/** Asks the tools for their version and for the chip; drives nothing. */
export async function findGpiodSession(
  tools: Tools,
  { outputs, inputs }: GpioLines,
  labels: readonly string[],
): Promise<{ ok: true; session: GpiodSession } | GpioFailure> {
  const said = await tools.run('gpiodetect', ['--version']);
  if (!said.ok) return toolFailure(said, 'gpiodetect');
  const known = gpiodSyntax(said.stdout);
  if (known === undefined)
    return gpioFailure('failed', `this version of the gpiod tools is not known: ${firstLine(said.stdout)}`);
  const { version, syntax } = known;

  const chips = await tools.run('gpiodetect', []);
  if (!chips.ok) return toolFailure(chips, 'gpiodetect');
  const found = parseChips(chips.stdout);
  const chip = found.find(({ label }) => labels.includes(label))?.name;
  if (chip === undefined)
    return gpioFailure(
      'no chip',
      noSuchChip(
        labels,
        found.map(({ label }) => label),
      ),
    );

  const [program, ...args] = syntax.info(chip);
  const info = await tools.run(program, args);
  if (!info.ok) return toolFailure(info, chip);
  const lines = parseLines(info.stdout);
  const missing = [...outputs, ...inputs].find(({ line }) => findLine(lines, line) === undefined);
  if (missing)
    return gpioFailure('no such line', `${chip} has no line ${missing.line}: it has ${rangeOf(lines)}`);

  const numbers = [...outputs, ...inputs].map(({ line }) => findLine(lines, line)?.offset);
  const again = numbers.findIndex((number, at) => numbers.indexOf(number) !== at);
  if (again !== -1)
    return gpioFailure('no such line', `line ${numbers[again]} of ${chip} is given twice, under two names`);

  const offsetOf = (line: LineOfChip) => findLine(lines, line)?.offset ?? -1;
  return {
    ok: true,
    session: {
      version,
      syntax,
      chip,
      outputs: outputs.map(({ line, activeLow }) => ({
        chip,
        offsets: [offsetOf(line)],
        activeLow,
        // Between pulses nobody holds the line: the chip's own resistor then keeps it where it rests.
        bias: activeLow ? 'pullUp' : 'pullDown',
      })),
      inputs: (['pullUp', 'pullDown', 'asIs'] satisfies GpioBias[]).flatMap((bias) => {
        const numbers = inputs.flatMap((input, at) => (input.bias === bias ? [at] : []));
        const offsets = numbers.map((at) => offsetOf(inputs[at]?.line ?? -1));
        return numbers.length === 0 ? [] : [{ group: { chip, offsets, bias }, inputs: numbers }];
      }),
    },
  };
}

function rangeOf(lines: readonly LineInfo[]): string {
  const [first, last] = [lines.at(0), lines.at(-1)];
  return first && last ? `${first.offset} (${first.name}) to ${last.offset} (${last.name})` : 'none';
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 80) ?? '';
}
