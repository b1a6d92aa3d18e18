import type { EntityId, LockerId } from '@latchwork/shared';
import type { ColumnType } from 'kysely';

export interface CertificateAuthorityTable {
  singleton: true;
  fingerprint: string;
  created_at: Date;
}

export interface DeviceCertificateTable {
  /** Hex, in lower case, without leading zeros. */
  serial: string;
  device_id: EntityId;
  locker_id: LockerId;
  country: string;
  issued_at: Date;
  expires_at: Date;
  revoked_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}
