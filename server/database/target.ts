import pg from 'pg';
import { columnTypes } from './column-types.ts';
import { DatabaseError } from './database-error.ts';
import { socketPort } from './socket-folder.ts';

/** One database that can be connected to. */
export interface Target {
  config: pg.ClientConfig;
  /** Names it to people; holds no password. */
  name: string;
}

const connectTimeoutMs = 10_000;
const common = {
  application_name: 'latchwork',
  connectionTimeoutMillis: connectTimeoutMs,
  keepAlive: true,
  types: columnTypes,
} satisfies pg.ClientConfig;

/** A database behind a DATABASE_URL. Throws `databaseUrlInvalid`, without repeating the URL. */
export function urlTarget(url: string): Target {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new TypeError('it does not begin with postgresql://');
    const config = { ...common, connectionString: url };
    // pg resolves what the URL leaves out from the PG… variables; this asks it for the outcome.
    const { host, port, database } = new pg.Client(config);
    return { config, name: host.startsWith('/') ? `${host}/${database}` : `${host}:${port}/${database}` };
  } catch (cause) {
    // Not as the error's cause: a parser's error holds the URL, and with it the password.
    const reason = cause instanceof TypeError && !('input' in cause) ? cause.message : 'it is not a URL';
    throw new DatabaseError(
      'databaseUrlInvalid',
      `DATABASE_URL cannot be read: ${reason}. It should look like postgresql://user:password@host:5432/database.`,
    );
  }
}

/** A database of a cluster that listens on a socket in this folder. */
export function socketTarget(socketFolder: string, user: string, database: string): Target {
  // Everything is given, TLS and password too, so that no PG… variable of the environment can interfere.
  const config = {
    ...common,
    host: socketFolder,
    port: socketPort,
    user,
    database,
    ssl: false,
    password: '',
  };
  return { config, name: `${socketFolder}/${database}` };
}

/** The same as a URL, for another process. */
export function socketUrl(socketFolder: string, user: string, database: string): string {
  const place = new URLSearchParams({ host: socketFolder, port: String(socketPort) });
  return `postgresql://${encodeURIComponent(user)}@/${encodeURIComponent(database)}?${place}`;
}
