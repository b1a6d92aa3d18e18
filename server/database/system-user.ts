import { DatabaseError } from './database-error.ts';
import { type RunAs, runCommand } from './run-command.ts';

const userName = 'postgres';

/**
 * The user that PostgreSQL runs as when we are root, since it refuses to run as root: `postgres`, made as
 * Debian's own packages make it where it is missing. Throws `databaseUserMissing`.
 */
export async function systemUser(): Promise<RunAs> {
  const found = await findUser(userName);
  if (found !== undefined) return found;
  const group = await runCommand('getent', ['group', userName]);
  const made = await runCommand('useradd', [
    '--system',
    ...(group.status === 0 ? ['--gid', userName] : ['--user-group']),
    ...['--home-dir', '/var/lib/postgresql', '--no-create-home'],
    ...['--shell', '/usr/sbin/nologin', '--comment', 'PostgreSQL administrator', userName],
  ]);
  // Another start may have made it in between, so what counts is whether it is there now.
  const user = await findUser(userName);
  if (user !== undefined) return user;
  throw new DatabaseError(
    'databaseUserMissing',
    `As root, PostgreSQL has to run as the system user "${userName}", which could not be made: ` +
      `${made.stderr.trim().replace(/\.$/, '')}. Make it (useradd --system ${userName}), start as an ordinary user, or set DATABASE_URL.`,
  );
}

async function findUser(name: string): Promise<RunAs | undefined> {
  const { status, stdout } = await runCommand('getent', ['passwd', name]);
  const [, , uid, gid] = stdout.split(':');
  if (status !== 0 || uid === undefined || gid === undefined) return undefined;
  return { name, uid: Number(uid), gid: Number(gid) };
}
