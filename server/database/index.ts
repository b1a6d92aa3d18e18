/** The server's way to PostgreSQL: one by URL, or the bundled one. */
export { type OpenDatabase, openDatabase } from './connect.ts';
export { migrate } from './migrate.ts';
export { migrationsFolder } from './migrations-folder.ts';
export { ensurePartitions } from './partitions.ts';
export {
  isConnectionError,
  isIntegrityError,
  isSerializationError,
  sqlState,
} from './sql-state.ts';
export type * from './tables.ts';
export { inTransaction } from './transaction.ts';
