-- Parcels, the slots held for them, and the rights to open.

-- A parcel on its way to, in, or gone from a locker.
CREATE TABLE package (
  package_id text PRIMARY KEY,
  -- The recipient, an opaque id here; null for a parcel that nobody announced.
  user_id text,
  -- Where it lies, or is meant to lie.
  slot_id text REFERENCES locker_slot,
  locker_id text NOT NULL REFERENCES locker,
  country text NOT NULL,
  -- Normalised; what the label reads.
  tracking_id text NOT NULL,
  size text NOT NULL CHECK (size IN ('S', 'M', 'L')),
  status text NOT NULL CHECK (
    status IN ('WAITING', 'DELIVERED', 'PICKED_UP', 'EXPIRED', 'RETURNED', 'CANCELLED')
  ),
  created_at timestamptz NOT NULL,
  delivered_at timestamptz,
  picked_up_at timestamptz,
  -- The newest fact that it took.
  last_ordinal integer NOT NULL,
  last_seq bigint NOT NULL
) WITH (fillfactor = 85);
-- An open package may still be met at the locker. An expired one is met only if it was delivered before.
CREATE INDEX package_open ON package (locker_id)
  WHERE status IN ('WAITING', 'DELIVERED') OR (status = 'EXPIRED' AND delivered_at IS NOT NULL);
CREATE INDEX package_by_tracking_id ON package (tracking_id);
CREATE INDEX package_by_user ON package (user_id);

-- A slot held for a package until it expires: a wish. At most one active booking per slot.
CREATE TABLE booking (
  booking_id text PRIMARY KEY,
  package_id text NOT NULL REFERENCES package,
  slot_id text REFERENCES locker_slot,
  locker_id text NOT NULL REFERENCES locker,
  country text NOT NULL,
  size text NOT NULL CHECK (size IN ('S', 'M', 'L')),
  status text NOT NULL CHECK (status IN ('active', 'fulfilled', 'displaced', 'cancelled', 'expired')),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  -- SHA-256 of the secret with which its owner reads it.
  token_hash text NOT NULL
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX booking_active_slot ON booking (slot_id) WHERE status = 'active';
CREATE INDEX booking_active ON booking (locker_id) WHERE status = 'active';
CREATE INDEX booking_expiring ON booking (expires_at) WHERE status = 'active';
CREATE INDEX booking_by_package ON booking (package_id);

-- A right to open, held as a code. The code itself is stored nowhere: it derives from the generation and counter.
CREATE TABLE access_grant (
  grant_id text PRIMARY KEY,
  booking_id text NOT NULL REFERENCES booking,
  locker_id text NOT NULL REFERENCES locker,
  country text NOT NULL,
  key_generation integer NOT NULL,
  counter integer NOT NULL CHECK (counter >= 0),
  -- HMAC of the code under the locker's code-checking key.
  code_hash text NOT NULL,
  status text NOT NULL CHECK (status IN ('live', 'redeemed', 'revoked')),
  expires_at timestamptz NOT NULL,
  -- The plan revision that carries it.
  rev bigint NOT NULL
);
-- Two live grants with one code would leave the locker to guess whose slot to open.
CREATE UNIQUE INDEX access_grant_live_code ON access_grant (locker_id, code_hash) WHERE status = 'live';
CREATE INDEX access_grant_by_booking ON access_grant (booking_id);
