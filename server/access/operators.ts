import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { type EntityId, entityId } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import { isIntegrityError, type Tables } from '../database/index.ts';
import type { Random } from '../random.ts';
import { AccessError } from './access-error.ts';
import { operatorUser } from './authenticate.ts';
import type { KeyRing } from './key-ring.ts';

export const operatorRoles = ['viewer', 'support', 'site', 'technician', 'admin'] as const;
export type OperatorRole = (typeof operatorRoles)[number];

export interface NewOperator {
  name: string;
  role: OperatorRole;
  /** Where the private key goes; must not exist. */
  keyFile: string;
}

export interface AddedOperator {
  operatorId: EntityId;
  broker: { username: string; password: string };
}

/** Operators belong to no country: ISO 3166-1 leaves `zz` to its users. */
const homeCell = 'zz';
/** A PKCS #8 Ed25519 key is these bytes and 32 of seed: RFC 8410 section 7. */
const pkcs8Start = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Makes an operator's signing key, whose private half lies in that file alone, and registers its public one.
 * Throws AccessError `operatorFileExists` and `operatorNameTaken`.
 */
export async function addOperator(
  parts: { db: Kysely<Tables>; ring: KeyRing; nowMs: number; random: Random },
  { name, role, keyFile }: NewOperator,
): Promise<AddedOperator> {
  const { db, ring, nowMs, random } = parts;
  const operatorId = entityId(homeCell, random.uuidv7(nowMs));
  const { privateJwk, publicJwk } = ed25519Key(random.bytes(32));
  const content = { latchwork: 'operator key', version: 1, operatorId, name, role, key: privateJwk };
  await writeKeyFile(keyFile, `${JSON.stringify(content, null, 2)}\n`);
  try {
    await db
      .insertInto('operator')
      .values({
        operator_id: operatorId,
        name,
        role,
        public_key: JSON.stringify(publicJwk),
        key_generation: ring.currentGeneration,
        status: 'active',
        created_at: new Date(nowMs),
      })
      .execute();
  } catch (cause) {
    await unlink(keyFile);
    if (!isIntegrityError(cause)) throw cause;
    throw new AccessError('operatorNameTaken', `There is already an operator named ${name}.`, { cause });
  }
  const password = ring.operatorPassword(ring.currentGeneration, operatorId);
  return { operatorId, broker: { username: operatorUser(operatorId), password } };
}

function ed25519Key(seed: Uint8Array): { privateJwk: JsonWebKey; publicJwk: JsonWebKey } {
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Start, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    privateJwk: privateKey.export({ format: 'jwk' }),
    publicJwk: createPublicKey(privateKey).export({ format: 'jwk' }),
  };
}

async function writeKeyFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    throw new AccessError('operatorFileExists', `${path} exists already: name a new file.`, { cause });
  });
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
