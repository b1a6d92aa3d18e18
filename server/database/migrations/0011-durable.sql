-- How far a locker may forget its journal: what the database had when `marked_at` was noted, and what of that has stood
-- for long enough.
ALTER TABLE cursor ADD COLUMN durable_seq bigint NOT NULL DEFAULT 0;
ALTER TABLE cursor ADD COLUMN marked_seq bigint NOT NULL DEFAULT 0;
ALTER TABLE cursor ADD COLUMN marked_at timestamptz;
UPDATE cursor SET marked_at = first_seen_at;
ALTER TABLE cursor ALTER COLUMN marked_at SET NOT NULL;

-- One row: which PostgreSQL this database lay in when a server last opened it. Another system or timeline means that it
-- was restored, so its plans may have revisions that lockers know with other contents.
CREATE TABLE database_origin (
  one integer PRIMARY KEY CHECK (one = 1),
  system_id text NOT NULL,
  timeline integer NOT NULL
);
