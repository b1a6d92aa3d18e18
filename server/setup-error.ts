/** Why a command cannot be carried out, in words for the person who gave it. Never holds a secret. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: 'usage' | 'folder' | 'port' | 'stop' | 'database';

  constructor(code: SetupError['code'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The error in words, where a port that was asked for is not to be had; any other error as it is. */
export function portTaken(error: unknown, option: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const port = error instanceof Error && 'port' in error ? ` ${error.port}` : '';
  if (code === 'EADDRINUSE')
    return new SetupError('port', `Another program uses port${port}. Choose another: ${option}.`, {
      cause: error,
    });
  if (code === 'EACCES')
    return new SetupError('port', `Port${port} may not be used by this user. Choose another: ${option}.`, {
      cause: error,
    });
  return error;
}
