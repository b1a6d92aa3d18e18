-- A technician at work: one row while it lasts, so that a power cut ends neither the work nor what is asked after it.
CREATE TABLE service (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  visit TEXT NOT NULL,
  started_by TEXT NOT NULL CHECK (started_by IN ('cabinet switch', 'local technician')),
  user TEXT NOT NULL,
  until_powered_ms INTEGER NOT NULL,
  -- JSON: the slots of which it is not confirmed yet what lies inside.
  touched TEXT NOT NULL,
  leaving TEXT CHECK (leaving IN ('left', 'time is up'))
) STRICT;
