import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupError } from './setup-error.ts';

/** What lies in an agent's data folder. The keys are apart from the database, so that a copy of one opens nothing. */
export function pathsIn(folder: string) {
  return {
    config: join(folder, 'agent.json'),
    key: join(folder, 'locker.key'),
    database: join(folder, 'agent.db'),
    deviceKey: join(folder, 'device.key'),
    certificate: join(folder, 'device.crt'),
    authority: join(folder, 'authority.crt'),
  };
}

/** Makes the folder, for its owner alone, and proves that it can be written. Throws {@link SetupError} `folder`. */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const probe = join(folder, '.writable');
    closeSync(openSync(probe, 'w', 0o600));
    rmSync(probe);
  } catch (cause) {
    throw new SetupError(
      'folder',
      `cannot write in the data folder ${folder}: ${cause instanceof Error ? cause.message : String(cause)}; ` +
        'give the agent a folder that it owns, with --data',
      cause,
    );
  }
}

/** Writes a file that is whole or not there, whatever happens, for its owner alone. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
