import { existsSync, statSync } from 'node:fs';
import { readText } from './config.ts';
import { pathsIn } from './data-folder.ts';
import { SetupError } from './setup-error.ts';

/** With what a locker proves to a broker that it is the one, and by what it knows the broker; all PEM. */
export interface Identity {
  /** PKCS #8. */
  key: string;
  /** Its common name is the locker's id. */
  certificate: string;
  /** Signs both sides' certificates. */
  authority: string;
}

/** Undefined in a folder that was enrolled without one. Throws {@link SetupError} that names the file. */
export function readIdentity(folder: string): Identity | undefined {
  const paths = pathsIn(folder);
  if (!existsSync(paths.deviceKey)) return undefined;
  if ((statSync(paths.deviceKey).mode & 0o077) !== 0)
    throw new SetupError(
      'config',
      `others may read ${paths.deviceKey}, which is this locker's: run 'chmod 600 ${paths.deviceKey}'`,
    );
  return {
    key: readText(paths.deviceKey),
    certificate: readText(paths.certificate),
    authority: readText(paths.authority),
  };
}
