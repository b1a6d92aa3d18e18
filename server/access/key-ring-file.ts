import { z } from 'zod';
import type { Random } from '../random.ts';
import { type Generation, generationSecretBytes, type KeyRing, keyRing } from './key-ring.ts';
import { damaged, openSecretFile, type SecretFile } from './secret-file.ts';

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
  const loss = 'no code, badge or locker key can be made again';
  const file: SecretFile = { path, name: 'key ring', code: 'keyRing', loss };
  const make = async () => {
    const secret = Buffer.from(random.bytes(generationSecretBytes)).toString('base64url');
    return { version: 1, generations: [{ generation: 1, secret }] };
  };
  const text = await openSecretFile(file, { make: mayMake ? make : undefined, random });
  return keyRing(parse(file, text));
}

function parse(file: SecretFile, text: string): Generation[] {
  try {
    const { generations } = KeyRingFile.parse(JSON.parse(text));
    return generations.map(({ generation, secret }) => ({
      generation,
      secret: new Uint8Array(Buffer.from(secret, 'base64url')),
    }));
  } catch {
    throw damaged(file);
  }
}
