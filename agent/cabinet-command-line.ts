import { parseArgs } from 'node:util';
import { z } from 'zod';
import { isLineUrl, LINE_URL_HINT } from './adapters/byte-stream/line-from-url.ts';
import { type SerialProfileName, serialProfiles } from './adapters/lock-board/profiles.ts';
import { SetupError } from './setup-error.ts';

const profiles = Object.keys(serialProfiles) as [SerialProfileName, ...SerialProfileName[]];

export const cabinetUsage = `  agent cabinet check FILE
  agent cabinet discover --line LINE [--baud N] [--profile P]`;

const baudRate = { error: 'a rate such as 9600' };

const Discover = z.strictObject({
  line: z.string({ error: 'say which line' }).refine(isLineUrl, LINE_URL_HINT),
  baud: z.coerce.number(baudRate).int(baudRate).min(300, baudRate).max(921_600, baudRate).optional(),
  profile: z.enum(profiles, { error: `a profile is one of ${profiles.join(', ')}` }).optional(),
});

export type CabinetCommand =
  | { what: 'check'; file: string }
  | ({ what: 'discover' } & z.infer<typeof Discover>);

/** What follows `agent cabinet`, where it is one of these. Throws {@link SetupError} `usage`. */
export function parseCabinet(args: readonly string[]): CabinetCommand | undefined {
  const [what, ...rest] = args;
  if (what !== 'check' && what !== 'discover') return undefined;
  try {
    return what === 'check' ? { what, file: onlyFile(rest) } : { what, ...discover(rest) };
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? cause.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n')
        : (cause as Error).message;
    throw new SetupError('usage', `${why}\nusage:\n${cabinetUsage}`, cause);
  }
}

function onlyFile(args: string[]): string {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error('check takes one file');
  return file;
}

function discover(args: string[]): z.infer<typeof Discover> {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { line: string, baud: string, profile: string } });
  return Discover.parse({ ...values });
}
