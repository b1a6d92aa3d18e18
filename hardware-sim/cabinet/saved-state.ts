import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DoorFaults, LockLineFaults, noDoorFaults, noLockLineFaults, ScannerLineFaults } from './faults.ts';

/** Faults as they were saved, those that a file from before does not know being absent. */
const known = <T extends z.ZodType>(none: () => object, schema: T) =>
  z.preprocess((saved) => ({ ...none(), ...(saved as object) }), schema);
const LockLine = known(noLockLineFaults, LockLineFaults);
const Scanner = ScannerLineFaults;

/** What of a cabinet is still so after its power was off: doors, parcels, faults, switches, and a cut network. */
export const SavedState = z.strictObject({
  version: z.literal(2),
  doors: z.record(
    z.string(),
    z.strictObject({ open: z.boolean(), parcel: z.boolean(), faults: known(noDoorFaults, DoorFaults) }),
  ),
  lockLines: z.record(z.string(), LockLine),
  scanner: Scanner,
  serviceSwitch: z.boolean(),
  networkCut: z.boolean(),
});
export type SavedState = z.infer<typeof SavedState>;

/** Version 1 knew one lock line. */
const FirstState = z
  .strictObject({
    version: z.literal(1),
    doors: SavedState.shape.doors,
    lines: z.strictObject({ lock: LockLine, scanner: Scanner }),
    networkCut: z.boolean(),
  })
  .transform(
    ({ doors, lines, networkCut }): SavedState => ({
      ...{ version: 2, doors, lockLines: { lock: lines.lock }, scanner: lines.scanner },
      ...{ serviceSwitch: false, networkCut },
    }),
  );
const AnyState = z.union([SavedState, FirstState]);

/** The state kept as `cabinet.json` in one folder. */
export interface StateFile {
  load(): SavedState | null;
  save(state: SavedState): void;
}

/**
 * `load` gives null where nothing was saved yet. It throws `CABINET_FILE_UNREADABLE` where the file is not one of
 * ours: guessing which doors are open would make every test that follows a lie. Opening it throws `FOLDER_UNUSABLE`
 * where the folder cannot be had.
 */
export function openStateFile(dir: string): StateFile {
  makeFolder(dir);
  const path = join(dir, 'cabinet.json');
  let lastSaved = '';

  return {
    load: () => {
      const text = readIfThere(path);
      if (text === null) return null;
      const parsed = AnyState.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      const hint = 'move it away to start with all doors shut and empty';
      throw Object.assign(new Error(`cannot read ${path}: ${z.prettifyError(parsed.error)}; ${hint}`), {
        code: 'CABINET_FILE_UNREADABLE',
      });
    },
    save: (state) => {
      const text = `${JSON.stringify(state, null, 2)}\n`;
      if (text === lastSaved) return;
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
      lastSaved = text;
    },
  };
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EACCES' ? 'this user may not write there' : 'a file is in its way';
    if (code !== 'EACCES' && code !== 'ENOTDIR' && code !== 'EEXIST') throw cause;
    const message = `cannot make the folder ${dir}: ${why}; name another one`;
    throw Object.assign(new Error(message, { cause }), { code: 'FOLDER_UNUSABLE' });
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
