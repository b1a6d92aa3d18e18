import type { LockerId } from '@latchwork/shared';
import type { Pool } from 'pg';
import type { PlanHead, PlanItemRow } from './rows.ts';

type Line = { server_epoch: number; head_rev: number } & ({ [K in keyof PlanItemRow]: null } | PlanItemRow);

/** One statement, so that head and lines belong together. A locker that nobody knows has an empty plan. */
export async function planSince(
  pool: Pool,
  locker: LockerId,
  rev: number,
): Promise<PlanHead & { items: PlanItemRow[] }> {
  const { rows } = await pool.query<Line>({
    name: 'plan since',
    text: `SELECT h.server_epoch, h.rev AS head_rev, i.kind, i.id, i.rev, i.line
      FROM plan_head h LEFT JOIN plan_item i
        ON i.locker_id = h.locker_id AND i.rev > $2 AND ($2 > 0 OR i.line IS NOT NULL)
      WHERE h.locker_id = $1 ORDER BY i.rev`,
    values: [locker, rev],
  });
  const [head] = rows;
  return {
    serverEpoch: head?.server_epoch ?? 0,
    rev: head?.head_rev ?? 0,
    items: rows.flatMap((row) =>
      row.kind === null ? [] : [{ kind: row.kind, id: row.id, rev: row.rev, line: row.line }],
    ),
  };
}
