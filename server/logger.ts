import { type Logger, pino } from 'pino';

/** Nothing of ours logs these; where a library hands one over, it is blotted out. */
const secrets = [
  ...['code', 'badge', 'claim', 'token', 'password', 'secret', 'lockerKey', 'authorization', 'email', 'to'],
];
const causesMax = 4;

/** JSON lines on stderr, written at once, so that the last words before a crash are there. */
export function stderrLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      serializers: { err: (error: unknown) => describe(error) },
      redact: {
        paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[secret]',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** Libraries hang whole rows and connections on their errors: only the words and the place are taken. */
function describe(error: unknown, depth = 0): object | string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? String(error.code) : undefined;
  const more = cause === undefined || depth >= causesMax ? {} : { cause: describe(cause, depth + 1) };
  // Not under the name `code`, which may be a person's.
  return { name, reason: code, message, stack, ...more };
}
