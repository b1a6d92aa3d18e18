import { sql } from 'kysely';

/** Of the table `occupancy as fact`: where a door stands, as far as its locker knows, and whether its board is lost. */
export const shownDoor = [
  sql<'open' | 'closed' | 'unknown'>`case when fact.board_lost then 'unknown' else fact.door end`.as('door'),
  sql<boolean>`fact.board_lost`.as('boardLost'),
] as const;
