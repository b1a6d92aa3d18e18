import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CabinetLayout } from './cabinet/layout.ts';
import type { CabinetOptions } from './start-cabinet.ts';

export const USAGE = `usage: node hardware-sim/main.ts cabinet --dir DIR [--panel-port N]
  [--lock-line pty|tcp] [--lock-port N] [--scanner-line pty|tcp] [--scanner-port N]
  [--relay NAME:LISTENPORT:TARGETPORT]... [--layout FILE] [--quick-scan LABEL=TEXT]...
Port 0 is any free one. Terminals are DIR/NAME, by the line's name: lock and scanner unless the layout names
others. FILE is a JSON layout of lines, boards, doors and supplies.`;

const PORT_MAX = 65_535;
const Port = z.coerce.number().int().min(0).max(PORT_MAX);
const LineKind = z.enum(['pty', 'tcp']);

const RelayPlan = z
  .string()
  .regex(/^[a-z][a-z0-9-]*:\d{1,5}:\d{1,5}$/, 'must be NAME:LISTENPORT:TARGETPORT')
  .transform((text) => {
    const [name = '', listenPort, targetPort] = text.split(':');
    return { name, listenPort: Number(listenPort), targetPort: Number(targetPort) };
  })
  .refine((plan) => plan.listenPort <= PORT_MAX && plan.targetPort >= 1 && plan.targetPort <= PORT_MAX, {
    message: `ports are at most ${PORT_MAX}`,
  });

const QuickScan = z
  .string()
  .max(200)
  .regex(/^[^=]+=.+$/, 'must be LABEL=TEXT')
  .transform((text) => ({
    label: text.slice(0, text.indexOf('=')),
    text: text.slice(text.indexOf('=') + 1),
  }));

const MainOptions = z.strictObject({
  dir: z.string().min(1),
  'panel-port': Port.default(0),
  'lock-line': LineKind.default('tcp'),
  'lock-port': Port.default(0),
  'scanner-line': LineKind.default('tcp'),
  'scanner-port': Port.default(0),
  relay: z.array(RelayPlan).default([]),
  'quick-scan': z.array(QuickScan).max(20).optional(),
  layout: z.string().min(1).optional(),
});

/** Reads the command line of `main.ts`, and the layout it names. A mistake is told in words for a person. */
export function parseMainOptions(
  args: string[],
): { ok: true; options: CabinetOptions } | { ok: false; reason: string } {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: FLAGS });
    if (positionals.join(' ') !== 'cabinet') return { ok: false, reason: 'say "cabinet"' };
    const flags = MainOptions.parse(values);
    return {
      ok: true,
      options: {
        dir: flags.dir,
        panelPort: flags['panel-port'],
        lockLine: flags['lock-line'],
        lockPort: flags['lock-port'],
        scannerLine: flags['scanner-line'],
        scannerPort: flags['scanner-port'],
        relays: flags.relay,
        ...(flags['quick-scan'] && { quickScans: flags['quick-scan'] }),
        ...(flags.layout !== undefined && { layout: readLayout(flags.layout) }),
      },
    };
  } catch (error) {
    if (error instanceof z.ZodError) return { ok: false, reason: z.prettifyError(error) };
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

const FLAGS = {
  dir: { type: 'string' },
  'panel-port': { type: 'string' },
  'lock-line': { type: 'string' },
  'lock-port': { type: 'string' },
  'scanner-line': { type: 'string' },
  'scanner-port': { type: 'string' },
  relay: { type: 'string', multiple: true },
  'quick-scan': { type: 'string', multiple: true },
  layout: { type: 'string' },
} as const;

function readLayout(path: string): CabinetLayout {
  const fail = (why: string): never => {
    throw new Error(`--layout ${path}: ${why}`);
  };
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    fail(error instanceof SyntaxError ? `it is not JSON: ${error.message}` : `cannot read it: ${error}`);
  }
  const parsed = CabinetLayout.safeParse(given);
  return parsed.success ? parsed.data : fail(z.prettifyError(parsed.error));
}
