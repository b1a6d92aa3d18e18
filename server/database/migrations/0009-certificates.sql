-- What proves at a listener that a device is the locker's own.

-- The authority that signs them, known by the fingerprint of its certificate (SHA-256, base64url) alone: its key lies
-- outside the database. At most one.
CREATE TABLE certificate_authority (
  singleton boolean PRIMARY KEY CHECK (singleton),
  fingerprint text NOT NULL,
  created_at timestamptz NOT NULL
);

-- Every certificate that was signed for a device. One that is not here, was revoked, or belongs to a device that was
-- retired, opens no connection.
CREATE TABLE device_certificate (
  -- Hex, in lower case, without leading zeros.
  serial text PRIMARY KEY,
  device_id text NOT NULL REFERENCES device,
  locker_id text NOT NULL REFERENCES locker,
  country text NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX device_certificate_by_device ON device_certificate (device_id);

-- A device may hold several in turn; the table above knows them all, and nothing was ever written here.
ALTER TABLE device DROP COLUMN certificate_fingerprint;
