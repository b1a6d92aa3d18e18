/**
 * What went wrong in a query, by SQLSTATE (PostgreSQL manual, appendix A) or by the socket's error.
 * The classes decide what a caller may do: retry later, retry at once, or set the one row aside.
 */
export type SqlFailure = 'connection' | 'serialization' | 'integrity' | 'other';

const serializationStates = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
]);

const connectionStates = new Set([
  '25006', // read_only_sql_transaction: a failover left this connection on a replica
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up, shutting down or recovering
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
]);

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the Unix socket is not there
]);

const readTimeoutText = 'Query read timeout';

/** `pg` gives these no code; the texts are those of pg 8 and pg-pool 3. */
const connectionTexts = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
  readTimeoutText,
];

/** The SQLSTATE or socket code of an error, looking through its causes. */
export function sqlState(error: unknown): string | undefined {
  for (let link = error, depth = 0; link instanceof Error && depth < 5; link = link.cause, depth++)
    if ('code' in link && typeof link.code === 'string') return link.code;
  return undefined;
}

export function sqlFailure(error: unknown): SqlFailure {
  const state = sqlState(error);
  if (state === undefined) return hasConnectionText(error) ? 'connection' : 'other';
  if (serializationStates.has(state)) return 'serialization';
  if (connectionStates.has(state) || socketCodes.has(state)) return 'connection';
  if (state.length === 5 && state.startsWith('08')) return 'connection';
  if (state.length === 5 && state.startsWith('23')) return 'integrity';
  return 'other';
}

/** The server is away, or was during the query: whether it committed is unknown. Retry later. */
export function isConnectionError(error: unknown): boolean {
  return sqlFailure(error) === 'connection';
}

/** The line went silent: `query_timeout` is over and no answer came. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === readTimeoutText;
}

/** The transaction lost to another one and was rolled back. Retry at once. */
export function isSerializationError(error: unknown): boolean {
  return sqlFailure(error) === 'serialization';
}

/** A constraint refused the rows: they will be refused again. */
export function isIntegrityError(error: unknown): boolean {
  return sqlFailure(error) === 'integrity';
}

function hasConnectionText(error: unknown): boolean {
  for (let link = error, depth = 0; link instanceof Error && depth < 5; link = link.cause, depth++) {
    const { message } = link;
    if (connectionTexts.some((text) => message.startsWith(text))) return true;
  }
  return false;
}
