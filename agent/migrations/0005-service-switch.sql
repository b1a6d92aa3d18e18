-- The cabinet's service switch had its turn, and was not seen off since: a restart starts no other.
ALTER TABLE meta ADD COLUMN switch_used INTEGER NOT NULL DEFAULT 0 CHECK (switch_used IN (0, 1));
