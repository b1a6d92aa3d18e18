-- What lockers said, what was done about it, and what people are told.
-- The two big tables are partitioned by month, made ahead by the program. The default partitions are
-- normally empty: they keep a fact whose month nobody made from being refused.

-- Every fact of every journal, exactly as its locker wrote it. Gap-free per incarnation, held so by its cursor.
CREATE TABLE locker_event_log (
  locker_id text NOT NULL,
  country text NOT NULL,
  incarnation uuid NOT NULL,
  ordinal integer NOT NULL,
  seq bigint NOT NULL,
  event_id uuid NOT NULL,
  kind text NOT NULL,
  slot_number integer,
  -- By the locker's clock.
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  line text NOT NULL,
  -- The chain's hash of this line, in base64url.
  hash text NOT NULL,
  -- Why it was set aside; null when projected.
  set_aside text,
  PRIMARY KEY (locker_id, ordinal, seq, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX locker_event_log_by_time ON locker_event_log (received_at);
CREATE TABLE locker_event_log_default PARTITION OF locker_event_log DEFAULT;

-- Event ids whose effects were taken. Not partitioned: it outlives every journal, so that a fact which a
-- locker carries over into a new incarnation never takes effect twice.
CREATE TABLE effect (
  event_id uuid PRIMARY KEY,
  locker_id text NOT NULL,
  country text NOT NULL
);

-- What a person is to be told. Names the booking, never the code: bodies are rendered when sent.
CREATE TABLE notification_event (
  notification_id text NOT NULL,
  locker_id text NOT NULL,
  country text NOT NULL,
  kind text NOT NULL,
  user_id text NOT NULL,
  booking_id text NOT NULL,
  -- waiting: for the locker to confirm waits_for_rev; pending: due at next_attempt_at;
  -- superseded: news overtook it, and it is never sent; dead: given up.
  status text NOT NULL CHECK (status IN ('waiting', 'pending', 'sent', 'dead', 'superseded')),
  created_at timestamptz NOT NULL,
  waits_for_rev bigint,
  attempts integer NOT NULL CHECK (attempts >= 0),
  next_attempt_at timestamptz NOT NULL,
  -- A sender holds it until then.
  claimed_until timestamptz,
  last_error text,
  -- When it was sent, superseded or given up.
  ended_at timestamptz,
  PRIMARY KEY (notification_id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX notification_event_waiting ON notification_event (locker_id) WHERE status = 'waiting';
CREATE INDEX notification_event_due ON notification_event (next_attempt_at) WHERE status = 'pending';
CREATE INDEX notification_event_by_time ON notification_event (created_at, notification_id);
CREATE INDEX notification_event_by_booking ON notification_event (booking_id);
CREATE TABLE notification_event_default PARTITION OF notification_event DEFAULT;

-- Alarms on their way to the operators. The name is not an enumeration here: old rows keep retired ones.
CREATE TABLE alarm (
  alarm_id uuid PRIMARY KEY,
  locker_id text NOT NULL,
  country text NOT NULL,
  slot_number integer,
  alarm text NOT NULL,
  at timestamptz NOT NULL,
  detail text NOT NULL,
  published_at timestamptz
);
CREATE INDEX alarm_unpublished ON alarm (at) WHERE published_at IS NULL;
CREATE INDEX alarm_by_locker ON alarm (locker_id, at);

-- Answers already given, so that a repeated request gets the same one.
CREATE TABLE idempotency (
  -- Whose request it was, within its cell.
  owner text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  answer text NOT NULL,
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_by_time ON idempotency (answered_at);
