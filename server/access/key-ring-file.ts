import { constants, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Random } from '../random.ts';
import { AccessError } from './access-error.ts';
import { type Generation, generationSecretBytes, type KeyRing, keyRing } from './key-ring.ts';

const KeyRingFile = z.strictObject({
  version: z.literal(1),
  generations: z
    .array(
      z.strictObject({
        generation: z.int().min(1),
        secret: z.string().regex(/^[0-9A-Za-z_-]{43}$/, 'not 32 bytes in base64url'),
      }),
    )
    .min(1),
});

/**
 * Reads the ring from `path`, or makes it there when `mayMake`: whole or not at all, for this user alone.
 * Throws AccessError `keyRingMissing`, `keyRingExposed` (others may read it), `keyRingUnreadable` and
 * `keyRingUnwritable`.
 */
export async function openKeyRingFile(
  path: string,
  { mayMake, random }: { mayMake: boolean; random: Random },
): Promise<KeyRing> {
  const found = await readGenerations(path);
  if (found) return keyRing(found);
  if (!mayMake)
    throw new AccessError(
      'keyRingMissing',
      `There is no key ring at ${path}, but the database was made with one. Put keyring.json back from ` +
        'your backup: without it no code, badge or locker key can be made again.',
    );
  await makeKeyRingFile(path, random).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const message = `The key ring cannot be written to ${path} (${reason}). Name another data folder.`;
    throw new AccessError('keyRingUnwritable', message, { cause });
  });
  const made = await readGenerations(path);
  if (!made)
    throw new AccessError('keyRingUnreadable', `The key ring at ${path} vanished while it was made.`);
  return keyRing(made);
}

async function readGenerations(path: string): Promise<Generation[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AccessError('keyRingUnreadable', `The key ring at ${path} cannot be read: ${String(cause)}`, {
      cause,
    });
  }
  if (((await stat(path)).mode & 0o077) !== 0)
    throw new AccessError(
      'keyRingExposed',
      `Other users may read the key ring at ${path}. If nobody did, close it with: chmod 600 ${path}`,
    );
  return parse(path, text);
}

/** What does not parse is not quoted: it may be a secret. */
function parse(path: string, text: string): Generation[] {
  try {
    const file = KeyRingFile.parse(JSON.parse(text));
    return file.generations.map(({ generation, secret }) => ({
      generation,
      secret: new Uint8Array(Buffer.from(secret, 'base64url')),
    }));
  } catch {
    throw new AccessError(
      'keyRingUnreadable',
      `The key ring at ${path} is damaged. Put keyring.json back from your backup.`,
    );
  }
}

/** Written beside its place and linked into it, which fails where another start was quicker: its ring then counts. */
async function makeKeyRingFile(path: string, random: Random): Promise<void> {
  const secret = Buffer.from(random.bytes(generationSecretBytes)).toString('base64url');
  const content = { version: 1, generations: [{ generation: 1, secret }] };
  const partial = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}.partial`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeDurably(partial, `${JSON.stringify(content, null, 2)}\n`);
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
