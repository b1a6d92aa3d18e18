-- Sites, cabinets, slots, and what is known of each slot.
-- Everywhere: times and ids come from the program, never from SQL; every row of a locker carries its country,
-- by which rows are placed on shards; states are the literals of the program.

-- A site with one or more lockers.
CREATE TABLE location (
  location_id text PRIMARY KEY,
  name text NOT NULL,
  address text NOT NULL,
  -- Degrees north and east, WGS 84.
  lat double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
  long double precision NOT NULL CHECK (long BETWEEN -180 AND 180),
  pincode text NOT NULL,
  -- ISO 3166-1 alpha-2 in lower case, as in cells.
  country text NOT NULL CHECK (country ~ '^[a-z]{2}$'),
  -- IANA name.
  time_zone text NOT NULL
);
CREATE INDEX location_by_pincode ON location (country, pincode);

-- One cabinet with one agent. The row is the lock under which everything of a locker is decided.
CREATE TABLE locker (
  locker_id text PRIMARY KEY,
  location_id text NOT NULL REFERENCES location,
  country text NOT NULL CHECK (country ~ '^[a-z]{2}$'),
  -- The routing name in its topics.
  cell text NOT NULL,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('new', 'active', 'outOfService', 'retired')),
  num_slots integer NOT NULL,
  -- In service, empty, settled, not reopenable and unbooked.
  free_slots integer NOT NULL,
  -- The last commit whose digests agreed.
  last_synced_at timestamptz,
  -- The key ring's generation from which the locker's key derives.
  key_generation integer NOT NULL,
  CONSTRAINT locker_free_slots CHECK (free_slots BETWEEN 0 AND num_slots)
) WITH (fillfactor = 70);
CREATE INDEX locker_by_location ON locker (location_id);

-- One compartment as configured: a wish.
CREATE TABLE locker_slot (
  -- The locker's id, a colon, and the number painted on the door.
  slot_id text PRIMARY KEY,
  slot_number integer NOT NULL CHECK (slot_number BETWEEN 1 AND 999),
  locker_id text NOT NULL REFERENCES locker,
  location_id text NOT NULL REFERENCES location,
  country text NOT NULL,
  size text NOT NULL CHECK (size IN ('S', 'M', 'L')),
  features text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('inService', 'blocked')),
  UNIQUE (locker_id, slot_number),
  CHECK (slot_id = locker_id || ':' || slot_number)
);

-- One compartment as its locker last reported it: a fact, apart from configuration and bookings.
CREATE TABLE occupancy (
  slot_id text PRIMARY KEY REFERENCES locker_slot,
  slot_number integer NOT NULL,
  locker_id text NOT NULL,
  country text NOT NULL,
  occupancy text NOT NULL CHECK (occupancy IN ('empty', 'occupied', 'unsettled', 'reopenable')),
  -- The locker itself took it out of service.
  faulty boolean NOT NULL,
  door text NOT NULL CHECK (door IN ('open', 'closed', 'unknown')),
  package_id text,
  -- The opening that is under way: {authorisation, purpose, allowedBy}.
  opening jsonb,
  -- The newest fact that it took.
  last_ordinal integer NOT NULL,
  last_seq bigint NOT NULL,
  changed_at timestamptz NOT NULL,
  UNIQUE (locker_id, slot_number)
) WITH (fillfactor = 70);
