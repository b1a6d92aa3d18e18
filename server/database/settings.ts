import { socketPort } from './socket-folder.ts';

/** `off` is for tests: a power cut may then corrupt the cluster. */
export type Fsync = 'on' | 'off';

/**
 * PostgreSQL's settings, given on the command line so that no file in the data folder can weaken them.
 * Modest in memory: the bundled database serves one machine.
 */
export function postgresArguments(socketFolder: string, fsync: Fsync): string[] {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: String(socketPort),
    fsync,
    full_page_writes: fsync,
    synchronous_commit: fsync,
    max_connections: '100',
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The queries are short: compiling them takes longer than running them.
    jit: 'off',
    idle_in_transaction_session_timeout: '60s',
    // A failing statement is reported to who sent it; here its values could be secrets.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '',
    // Fewer helper processes: this one machine's reads come from its page cache.
    io_method: 'sync',
    max_logical_replication_workers: '0',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
