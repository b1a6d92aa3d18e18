-- A door whose lock board does not answer stands nobody knows where, whatever was told of it before.
ALTER TABLE occupancy ADD COLUMN board_lost boolean NOT NULL DEFAULT false;
