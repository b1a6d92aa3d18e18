import { type Logger, pino } from 'pino';

/** Nothing of ours logs these; where a library hands one over, it is blotted out. */
const secrets = ['code', 'codeHash', 'badge', 'badgeHash', 'claim', 'lockerKey', 'password', 'key'];

/** JSON lines on stderr, written at once, so that the last words before a crash are there. */
export function stderrLogger(): Logger {
  return pino(
    {
      base: null,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
