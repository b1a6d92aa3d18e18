import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type CabinetCommand, cabinetUsage, parseCabinet } from './cabinet-command-line.ts';
import { BrokerUrl, ScannerUrl } from './config.ts';
import { type DoorsCommand, doorsUsage, parseDoors } from './doors-command-line.ts';
import { SetupError } from './setup-error.ts';

export const usage = `usage:
  agent run --data DIR [--kiosk-port N] [--broker-url URL] [--cabinet FILE] [--scanner LINE]
  agent enrol --server URL --claim CODE --data DIR [--cabinet FILE] [--replace]
${cabinetUsage}
  agent cabinet low --data DIR | --cabinet FILE
${doorsUsage}
DIR holds this locker's key, configuration and database. FILE is JSON that says how the cabinet is wired. LINE is a
device path or tcp://host:port. Port 0 is any free one.`;

const path = z.string().min(1);
const Run = z.strictObject({
  data: path,
  'kiosk-port': z.coerce.number().int().min(0).max(65_535).optional(),
  'broker-url': BrokerUrl.optional(),
  cabinet: path.optional(),
  scanner: ScannerUrl.optional(),
});
const Enrol = z.strictObject({
  data: path,
  server: path,
  claim: z.string().min(1).max(64),
  cabinet: path.optional(),
  replace: z.boolean().default(false),
});

const CabinetLow = z
  .strictObject({ data: path.optional(), cabinet: path.optional() })
  .refine(({ data, cabinet }) => data ?? cabinet, { error: 'say which cabinet', path: ['cabinet'] });

export type Command =
  | { name: 'help' }
  | ({ name: 'run' } & z.infer<typeof Run>)
  | ({ name: 'enrol' } & z.infer<typeof Enrol>)
  | { name: 'doors'; doors: DoorsCommand }
  | { name: 'cabinet'; cabinet: CabinetCommand }
  | ({ name: 'cabinetLow' } & z.infer<typeof CabinetLow>);

/** Throws {@link SetupError} `usage` with words for a person. Never repeats a value: one of them is the claim. */
export function parseCommandLine(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === undefined || ['help', '--help', '-h'].includes(name)) return { name: 'help' };
  if (name === 'run')
    return {
      name,
      ...read(Run, rest, { 'kiosk-port': string, 'broker-url': string, cabinet: string, scanner: string }),
    };
  if (name === 'enrol')
    return {
      name,
      ...read(Enrol, rest, { server: string, claim: string, cabinet: string, replace: { type: 'boolean' } }),
    };
  if (name === 'cabinet' && rest[0] === 'low')
    return { name: 'cabinetLow', ...read(CabinetLow, rest.slice(1), { cabinet: string }) };
  const cabinet = name === 'cabinet' ? parseCabinet(rest) : undefined;
  if (cabinet) return { name: 'cabinet', cabinet };
  if (name === 'doors') return { name, doors: parseDoors(rest) };
  throw new SetupError('usage', `there is no command '${name.slice(0, 40)}'\n${usage}`);
}

const string = { type: 'string' } as const;

function read<T>(
  schema: z.ZodType<T>,
  args: string[],
  options: Record<string, { type: 'string' | 'boolean' }>,
): T {
  try {
    const { values } = parseArgs({ args, options: { data: string, ...options } });
    return schema.parse({ ...values });
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? cause.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n')
        : (cause as Error).message;
    throw new SetupError('usage', `${why}\n${usage}`, cause);
  }
}
