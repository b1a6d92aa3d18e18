-- What lockers say of how their doors do, and why a slot is out of service.

-- Why the locker itself took the slot out of service; null where it did not, or said so before reasons were kept.
ALTER TABLE occupancy ADD COLUMN fault_reason text
  CHECK (fault_reason IN ('stuck', 'blocked', 'flapping', 'technician'));
-- The sign by which its latch seems to wear; null where it does as it did.
ALTER TABLE occupancy ADD COLUMN wearing text CHECK (wearing IN ('opens later', 'needs more attempts'));

-- How a door did on a day on which it was used, as its locker counted it: one row for each time that it told, since a
-- locker whose clock is wrong may count one date twice.
CREATE TABLE door_health (
  locker_id text NOT NULL REFERENCES locker,
  slot_number integer NOT NULL,
  country text NOT NULL,
  -- YYYY-MM-DD, by the locker's clock, in UTC. Text, since a clock that is wrong may name a year that a date cannot hold.
  day text COLLATE "C" NOT NULL,
  -- Pulsed at least once and ended.
  openings bigint NOT NULL,
  -- Of these, opened by the first pulse.
  first_opens bigint NOT NULL,
  pulses bigint NOT NULL,
  -- Of the openings, never opened.
  stuck bigint NOT NULL,
  -- From pulse to open, on average; null where never timed.
  opens_in_ms bigint,
  -- The fact that told it.
  ordinal integer NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (locker_id, day, ordinal, seq)
);
CREATE INDEX door_health_by_day ON door_health (day);
