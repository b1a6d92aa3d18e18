import type { DoorHealthRow } from './rows.ts';

/** One row for each door and day. */
function doorHealthKey({ slot, day }: DoorHealthRow): string {
  return `${day} ${slot}`;
}

/** Puts a row in the place of an older one of the same door and day. */
export function putNewerHealth(rows: Map<string, DoorHealthRow>, row: DoorHealthRow): void {
  const known = rows.get(doorHealthKey(row))?.last;
  const isNewer =
    !known ||
    row.last.ordinal > known.ordinal ||
    (row.last.ordinal === known.ordinal && row.last.seq > known.seq);
  if (isNewer) rows.set(doorHealthKey(row), row);
}
