-- A booking without a slot expires too.
DROP INDEX booking_expiring;
CREATE INDEX booking_expiring ON booking (expires_at) WHERE status IN ('active', 'displaced');
