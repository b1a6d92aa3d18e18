import { constants, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Random } from '../random.ts';
import { AccessError } from './access-error.ts';

/** A file of secrets beside the database, which knows only its fingerprint. */
export interface SecretFile {
  path: string;
  /** How a person calls it. */
  name: 'key ring' | 'certificate authority';
  /** What its errors begin with. */
  code: 'keyRing' | 'authority';
  /** What cannot be done once it is lost. */
  loss: string;
}

/**
 * Reads the file, or makes it with what `make` resolves with: whole or not at all, for this user alone. Throws
 * AccessError `…Missing` (and it may not be made), `…Exposed` (others may read it), `…Unreadable`, `…Unwritable`.
 */
export async function openSecretFile(
  file: SecretFile,
  { make, random }: { make: (() => Promise<object>) | undefined; random: Random },
): Promise<string> {
  const { path, name, code, loss } = file;
  const found = await readText(file);
  if (found !== undefined) return found;
  if (!make)
    throw new AccessError(
      `${code}Missing`,
      `There is no ${name} at ${path}, but the database was made with one. Put ${basename(path)} back from ` +
        `your backup: without it ${loss}.`,
    );
  const content = `${JSON.stringify(await make(), null, 2)}\n`;
  await makeFile(path, content, random).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const message = `The ${name} cannot be written to ${path} (${reason}). Name another data folder.`;
    throw new AccessError(`${code}Unwritable`, message, { cause });
  });
  const made = await readText(file);
  if (made === undefined)
    throw new AccessError(`${code}Unreadable`, `The ${name} at ${path} vanished while it was made.`);
  return made;
}

/** For what does not parse. It is not quoted: it may be a secret. */
export function damaged({ path, name, code }: SecretFile): AccessError {
  return new AccessError(
    `${code}Unreadable`,
    `The ${name} at ${path} is damaged. Put ${basename(path)} back from your backup.`,
  );
}

async function readText({ path, name, code }: SecretFile): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const message = `The ${name} at ${path} cannot be read: ${String(cause)}`;
    throw new AccessError(`${code}Unreadable`, message, { cause });
  }
  if (((await stat(path)).mode & 0o077) !== 0)
    throw new AccessError(
      `${code}Exposed`,
      `Other users may read the ${name} at ${path}. If nobody did, close it with: chmod 600 ${path}`,
    );
  return text;
}

/** Written beside its place and linked into it, which fails where another start was quicker: its file then counts. */
async function makeFile(path: string, content: string, random: Random): Promise<void> {
  const partial = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}.partial`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeDurably(partial, content);
    await link(partial, path).catch((cause: unknown) => {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    });
  } finally {
    await unlink(partial).catch(() => undefined);
  }
  await syncFolder(dirname(path));
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name survives a power cut only once its folder is written too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
