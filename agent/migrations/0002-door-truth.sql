-- Why a slot is out of service: stuck, flapping, technician, or several of them with ', ' between. `faulty` goes on
-- saying whether it is.
ALTER TABLE slot ADD COLUMN out_of_service TEXT NOT NULL DEFAULT '';
UPDATE slot SET out_of_service = 'stuck' WHERE faulty = 1;

-- What came to no clear end in an unsettled slot, and whether a person and the sensor disagree about it.
ALTER TABLE slot ADD COLUMN cut_short_purpose TEXT CHECK (cut_short_purpose IN ('deposit', 'collect'));
ALTER TABLE slot ADD COLUMN cut_short_authorisation TEXT;
ALTER TABLE slot ADD COLUMN cut_short_visit TEXT;
ALTER TABLE slot ADD COLUMN cut_short_grant TEXT;
ALTER TABLE slot ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0 CHECK (disputed IN (0, 1));

-- How each door does: counted since its day began, against its own past, and what its coil has to rest from.
CREATE TABLE door_health (
  slot INTEGER PRIMARY KEY,
  day TEXT,
  since_powered_ms INTEGER NOT NULL,
  openings INTEGER NOT NULL CHECK (openings >= 0),
  first_opens INTEGER NOT NULL CHECK (first_opens >= 0),
  pulses INTEGER NOT NULL CHECK (pulses >= 0),
  stuck INTEGER NOT NULL CHECK (stuck >= 0),
  timed INTEGER NOT NULL CHECK (timed >= 0),
  timed_ms_sum REAL NOT NULL CHECK (timed_ms_sum >= 0),
  known INTEGER NOT NULL CHECK (known >= 0),
  known_timed INTEGER NOT NULL CHECK (known_timed >= 0),
  usual_first_open REAL NOT NULL CHECK (usual_first_open BETWEEN 0 AND 1),
  recent_first_open REAL NOT NULL CHECK (recent_first_open BETWEEN 0 AND 1),
  usual_opens_in_ms REAL,
  recent_opens_in_ms REAL,
  wearing TEXT,
  last_pulsed_powered_ms INTEGER,
  pulses_unopened INTEGER NOT NULL CHECK (pulses_unopened >= 0)
) STRICT;

DROP VIEW slot_status;
-- For a technician: what each slot is doing.
CREATE VIEW slot_status AS
SELECT
  slot.slot,
  slot.occupancy,
  CASE WHEN slot.out_of_service = '' THEN 'in service' ELSE 'out of service: ' || slot.out_of_service END AS service,
  slot.barcode,
  slot.reopen_until_powered_ms IS NOT NULL AS reopenable,
  opening.purpose AS opening_for,
  opening.phase AS opening_phase
FROM slot LEFT JOIN opening ON opening.slot = slot.slot;
