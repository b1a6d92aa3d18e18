import { EntityId, LockerId, sameSecret } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Authenticate, KeysOf } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import { goodCertificates } from './device-certificates.ts';
import type { KeyRing } from './key-ring.ts';

export const serverUser = 'server';

export interface AuthenticatorParts {
  db: Kysely<Tables>;
  ring: KeyRing;
  keysOf: KeysOf;
  clock: Clock;
}

export function operatorUser(operatorId: EntityId): string {
  return `operator:${operatorId}`;
}

/**
 * Who a certificate, or a name and password, belong to at the broker: an enrolled locker, an operator, or the server
 * itself. Who comes with a certificate is a locker.
 */
export function authenticator({ db, ring, keysOf, clock }: AuthenticatorParts): Authenticate {
  return async ({ username, password, certificate }) => {
    if (certificate) {
      const { name, serial } = certificate;
      const locker = (await goodCertificates(db, [serial], clock.nowMs())).get(serial);
      return locker !== undefined && locker === name && locker === username
        ? { role: 'locker', locker }
        : undefined;
    }
    if (username === serverUser)
      return sameSecret(ring.serverPassword(), password) ? { role: 'server', user: serverUser } : undefined;
    if (LockerId.safeParse(username).success) {
      const right = await lockerPassword(db, keysOf, username);
      return right !== undefined && sameSecret(right, password)
        ? { role: 'locker', locker: username }
        : undefined;
    }
    const operatorId = EntityId.safeParse(username.replace(/^operator:/, '')).data;
    if (operatorId === undefined || username !== operatorUser(operatorId)) return undefined;
    const right = await operatorPassword(db, ring, operatorId);
    return right !== undefined && sameSecret(right, password)
      ? { role: 'operator', user: username }
      : undefined;
  };
}

/** Undefined until a computer was enrolled for the locker, and after it was revoked. */
async function lockerPassword(
  db: Kysely<Tables>,
  keysOf: KeysOf,
  lockerId: LockerId,
): Promise<string | undefined> {
  const device = await db
    .selectFrom('device')
    .select('device_id')
    .where('locker_id', '=', lockerId)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  return device && (await keysOf(lockerId))?.brokerPassword;
}

async function operatorPassword(
  db: Kysely<Tables>,
  ring: KeyRing,
  operatorId: EntityId,
): Promise<string | undefined> {
  const operator = await db
    .selectFrom('operator')
    .select('key_generation')
    .where('operator_id', '=', operatorId)
    .where('status', '=', 'active')
    .executeTakeFirst();
  return operator && ring.operatorPassword(operator.key_generation, operatorId);
}
