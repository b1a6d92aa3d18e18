/** Why the agent cannot be set up or started, in words for the person at the unit. Never holds a secret. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: SetupErrorCode;
  constructor(code: SetupErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export type SetupErrorCode =
  /** The command line. */
  | 'usage'
  /** A file that is missing, unreadable or wrong. */
  | 'config'
  /** A GPIO output could not be put low. */
  | 'outputs'
  /** The data folder cannot be written. */
  | 'folder'
  | 'not enrolled'
  | 'already enrolled'
  /** The server could not be reached, or did not answer as one. */
  | 'server'
  /** The server said no. */
  | 'refused';
