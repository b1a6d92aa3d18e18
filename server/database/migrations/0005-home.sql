-- What belongs to no locker: people, roles and keys. Kept in the home database.

-- A recipient. Elsewhere only the opaque id is known.
CREATE TABLE person (
  person_id text PRIMARY KEY,
  -- In lower case.
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  created_at timestamptz NOT NULL
);

-- Who brings and fetches parcels. The badge is stored nowhere: it derives from the generation and the id.
CREATE TABLE courier (
  courier_id text PRIMARY KEY,
  carrier text NOT NULL,
  name text NOT NULL,
  key_generation integer NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'revoked')),
  created_at timestamptz NOT NULL,
  expires_at timestamptz
);

-- Who runs the network.
CREATE TABLE operator (
  operator_id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('viewer', 'support', 'site', 'technician', 'admin')),
  -- Of the operator's key file, as a JWK.
  public_key text,
  key_generation integer NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'revoked')),
  created_at timestamptz NOT NULL
);

-- What the database may know of the key ring, to refuse a wrong one.
CREATE TABLE key_ring (
  generation integer PRIMARY KEY CHECK (generation >= 1),
  fingerprint text NOT NULL,
  created_at timestamptz NOT NULL
);
