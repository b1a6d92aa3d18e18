-- One row: the journal's end, the plan in force, the clock floor, and what the keypad counts.
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  locker_id TEXT NOT NULL,
  incarnation TEXT NOT NULL,
  reborn INTEGER NOT NULL CHECK (reborn IN (0, 1)),
  next_seq INTEGER NOT NULL,
  head TEXT NOT NULL,
  acked_seq INTEGER NOT NULL,
  server_epoch INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  powered_ms INTEGER NOT NULL,
  floor_ms INTEGER NOT NULL,
  floor_at_powered_ms INTEGER NOT NULL,
  code_failures INTEGER NOT NULL,
  code_blocked_until_powered_ms INTEGER NOT NULL,
  visit TEXT
) STRICT;

-- The transaction log: append-only, each line's hash chained to the one before.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  line TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- What lies in each slot, as far as this locker knows.
CREATE TABLE slot (
  slot INTEGER PRIMARY KEY,
  occupancy TEXT NOT NULL CHECK (occupancy IN ('empty', 'occupied', 'unsettled')),
  barcode TEXT,
  booking TEXT,
  courier TEXT,
  faulty INTEGER NOT NULL CHECK (faulty IN (0, 1)),
  reopen_until_powered_ms INTEGER,
  reopen_grant TEXT,
  reopen_code_hash TEXT,
  reopen_booking TEXT
) STRICT;

-- Authorisations that have no end yet: at most one per slot.
CREATE TABLE opening (
  slot INTEGER PRIMARY KEY,
  authorisation TEXT NOT NULL,
  visit TEXT NOT NULL,
  purpose TEXT NOT NULL,
  means TEXT NOT NULL,
  allowed_by TEXT NOT NULL,
  barcode TEXT,
  booking TEXT,
  courier TEXT,
  phase TEXT NOT NULL CHECK (phase IN ('asked', 'pulsed', 'resting', 'open', 'closed')),
  attempts INTEGER NOT NULL,
  pulses INTEGER NOT NULL,
  used INTEGER NOT NULL CHECK (used IN (0, 1)),
  withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1))
) STRICT;

-- What the server wants this locker to know, each line exactly as received.
CREATE TABLE plan_item (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  rev INTEGER NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- One-time grants that are spent.
CREATE TABLE redemption (
  grant_id TEXT PRIMARY KEY,
  authorisation TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For a technician: which codes may open, and whether they did. The codes themselves are not here.
CREATE VIEW access_code AS
SELECT
  plan_item.id AS grant_id,
  plan_item.line ->> '$.body.booking' AS booking,
  plan_item.line ->> '$.body.codeHash' AS code_hash,
  datetime((plan_item.line ->> '$.body.expiresAt') / 1000, 'unixepoch') AS expires_at,
  redemption.authorisation AS redeemed_by
FROM plan_item LEFT JOIN redemption ON redemption.grant_id = plan_item.id
WHERE plan_item.kind = 'grant';

-- For a technician: what each slot is doing.
CREATE VIEW slot_status AS
SELECT
  slot.slot,
  slot.occupancy,
  CASE WHEN slot.faulty THEN 'out of service' ELSE 'in service' END AS service,
  slot.barcode,
  slot.reopen_until_powered_ms IS NOT NULL AS reopenable,
  opening.purpose AS opening_for,
  opening.phase AS opening_phase
FROM slot LEFT JOIN opening ON opening.slot = slot.slot;
