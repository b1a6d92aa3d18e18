/** Why the database cannot be used: stable, for programs; the message is for people and says what to do. */
export type DatabaseErrorCode =
  | 'databaseInUse'
  | 'databaseUnreachable'
  | 'databaseRefused'
  | 'databaseUrlInvalid'
  | 'databaseFolderUnusable'
  | 'databaseDidNotStart'
  | 'bundledDatabaseMissing'
  | 'databaseUserMissing'
  | 'databaseNewer'
  | 'migrationChanged'
  | 'migrationNameInvalid'
  | 'migrationFailed';

/** Thrown when there is no database to work with. Never holds a password or a whole URL. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function isDatabaseError(error: unknown, code?: DatabaseErrorCode): error is DatabaseError {
  return error instanceof DatabaseError && (code === undefined || error.code === code);
}

/** The text of anything thrown, for use inside a longer message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
