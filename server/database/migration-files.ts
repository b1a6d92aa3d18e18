import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseError } from './database-error.ts';

/** One `NNNN-name.sql` file. */
export interface Migration {
  number: number;
  fileName: string;
  sql: string;
  /** SHA-256 of the file's bytes, in hex. */
  checksum: string;
}

/** What the database says was applied. */
export interface AppliedMigration {
  number: number;
  fileName: string;
  checksum: string;
}

/**
 * The migrations of a folder in order. Numbers run from 0001 without a gap, so that a file lost in a merge is
 * noticed. Throws `migrationNameInvalid`.
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (fileName, index) => {
      const number = Number(/^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.sql$/.exec(fileName)?.[1]);
      if (number !== index + 1)
        throw new DatabaseError(
          'migrationNameInvalid',
          `The migration ${fileName} in ${folder} should be named ${padded(index + 1)}-some-words.sql: ` +
            'numbers run from 0001, each once and without a gap.',
        );
      const content = await readFile(path.join(folder, fileName));
      const checksum = createHash('sha256').update(content).digest('hex');
      return { number, fileName, sql: content.toString('utf8'), checksum };
    }),
  );
}

/**
 * The first migration that is not applied yet. Throws `databaseNewer` and `migrationChanged` when the database
 * did not come from these files.
 */
export function nextMigration(files: Migration[], applied: AppliedMigration[]): Migration | undefined {
  const last = applied.at(-1);
  if (last !== undefined && last.number > files.length)
    throw new DatabaseError(
      'databaseNewer',
      `The database is newer than this program: it has ${last.fileName}, this program ends at ` +
        `${files.at(-1)?.fileName ?? 'nothing'}. Install the newer program, or restore the backup from before it.`,
    );
  for (const [index, { number, fileName, checksum }] of applied.entries()) {
    const file = files[index];
    if (file === undefined || file.number !== number || file.checksum !== checksum)
      throw new DatabaseError(
        'migrationChanged',
        `The database was made by another ${fileName} than the one in this program ` +
          `(${file?.fileName ?? 'none'}). An applied migration is never edited: restore the file as it was and ` +
          'put the change into a new one.',
      );
  }
  return files[applied.length];
}

function padded(number: number): string {
  return String(number).padStart(4, '0');
}
