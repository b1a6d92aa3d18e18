-- The computers in the lockers: enrolment, how each was last heard, and how far its journal is known.

-- A computer that was enrolled for a locker. At most one is current.
CREATE TABLE device (
  device_id text PRIMARY KEY,
  locker_id text NOT NULL REFERENCES locker,
  country text NOT NULL,
  -- The key ring's generation from which its locker key derives.
  key_generation integer NOT NULL,
  -- SHA-256 of its password at the broker, in base64url; the password carries 128 random bits.
  broker_password_hash text,
  -- SHA-256 of its certificate, in base64url.
  certificate_fingerprint text UNIQUE,
  enrolled_at timestamptz NOT NULL,
  -- Set when another device took its place or it was revoked.
  retired_at timestamptz
);
CREATE UNIQUE INDEX device_current ON device (locker_id) WHERE retired_at IS NULL;

-- A one-use permission to enrol, known by its hash alone.
CREATE TABLE claim (
  claim_hash text PRIMARY KEY,
  locker_id text NOT NULL REFERENCES locker,
  country text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  spent_at timestamptz,
  device_id text REFERENCES device
);
CREATE INDEX claim_by_locker ON claim (locker_id);

-- How a locker was last heard, which plan it has in force, and its session. All processors share it.
CREATE TABLE presence (
  locker_id text PRIMARY KEY REFERENCES locker,
  country text NOT NULL,
  online boolean NOT NULL,
  -- When online last changed.
  since timestamptz NOT NULL,
  last_heard_at timestamptz,
  confirmed_epoch bigint NOT NULL,
  confirmed_rev bigint NOT NULL,
  digests_agree boolean NOT NULL,
  session_incarnation uuid,
  session_agent_nonce text,
  session_server_nonce text,
  session_started_at timestamptz,
  CONSTRAINT presence_whole_session CHECK (
    num_nulls(session_incarnation, session_agent_nonce, session_server_nonce, session_started_at) IN (0, 4)
  )
) WITH (fillfactor = 70);

-- How far the journal of one incarnation is known: everything below next_seq is committed.
CREATE TABLE cursor (
  locker_id text NOT NULL REFERENCES locker,
  incarnation uuid NOT NULL,
  country text NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  next_seq bigint NOT NULL CHECK (next_seq >= 1),
  -- The chain's hash before next_seq.
  head text NOT NULL,
  fence text CHECK (fence IN ('replaced', 'revoked', 'cloned')),
  first_seen_at timestamptz NOT NULL,
  PRIMARY KEY (locker_id, incarnation),
  CONSTRAINT cursor_ordinal UNIQUE (locker_id, ordinal)
) WITH (fillfactor = 70);

-- Where the plan of a locker stands. Revisions are assigned under the locker's lock.
CREATE TABLE plan_head (
  locker_id text PRIMARY KEY REFERENCES locker,
  country text NOT NULL,
  server_epoch bigint NOT NULL,
  rev bigint NOT NULL CHECK (rev >= 0)
) WITH (fillfactor = 70);

-- What a locker should know: the exact lines it is sent, or a tombstone (line is null).
CREATE TABLE plan_item (
  locker_id text NOT NULL REFERENCES locker,
  kind text NOT NULL CHECK (
    kind IN ('slot', 'booking', 'grant', 'revocation', 'courier', 'policy', 'keyset')
  ),
  id text NOT NULL,
  country text NOT NULL,
  rev bigint NOT NULL CHECK (rev >= 1),
  line text,
  PRIMARY KEY (locker_id, kind, id),
  CONSTRAINT plan_item_rev UNIQUE (locker_id, rev)
);
