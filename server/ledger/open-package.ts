import type { PackageRow } from './rows.ts';

/** It may still be met at the locker; an expired one only if it was delivered before. */
export function isOpen({ status, deliveredAt }: PackageRow): boolean {
  return status === 'WAITING' || status === 'DELIVERED' || (status === 'EXPIRED' && deliveredAt !== null);
}

/** The same in SQL, in the words of the index `package_open`. */
export const isOpenSql =
  "(p.status IN ('WAITING', 'DELIVERED') OR (p.status = 'EXPIRED' AND p.delivered_at IS NOT NULL))";
