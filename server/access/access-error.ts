/** Why the server's secrets cannot be used: stable, for programs; the message says what to do. */
export type AccessErrorCode =
  | `${'keyRing' | 'authority'}${'Missing' | 'Mismatch' | 'Unreadable' | 'Unwritable' | 'Exposed'}`
  | 'keyGenerationUnknown'
  | 'operatorFileExists'
  | 'operatorNameTaken'
  | 'lockerUnknown';

/** Never holds a secret. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly code: AccessErrorCode;

  constructor(code: AccessErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
