import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DoorFaults, Faults } from './faults.ts';

/** What of a cabinet is still so after its power was off: doors, parcels, faults, and a cut network. */
export const SavedState = z.strictObject({
  version: z.literal(1),
  doors: z.record(z.string(), z.strictObject({ open: z.boolean(), parcel: z.boolean(), faults: DoorFaults })),
  lines: Faults.omit({ doors: true }),
  networkCut: z.boolean(),
});
export type SavedState = z.infer<typeof SavedState>;

/** The state kept as `cabinet.json` in one folder. */
export interface StateFile {
  load(): SavedState | null;
  save(state: SavedState): void;
}

/**
 * `load` gives null where nothing was saved yet. It throws `CABINET_FILE_UNREADABLE` where the file is not one of
 * ours: guessing which doors are open would make every test that follows a lie.
 */
export function openStateFile(dir: string): StateFile {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'cabinet.json');
  let lastSaved = '';

  return {
    load: () => {
      const text = readIfThere(path);
      if (text === null) return null;
      const parsed = SavedState.safeParse(parseJson(text));
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
