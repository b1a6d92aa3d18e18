-- A number that rises with every change of a locker's slots or their occupancy, whoever makes it. A server that
-- remembers the slots it read last need not read them again for every batch of events.
CREATE TABLE slot_version (
  locker_id text PRIMARY KEY REFERENCES locker,
  country text NOT NULL,
  version bigint NOT NULL
) WITH (fillfactor = 70);

INSERT INTO slot_version (locker_id, country, version) SELECT locker_id, country, 1 FROM locker;

CREATE FUNCTION raise_slot_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Who changes slots without having locked their locker waits here for who has.
  PERFORM FROM locker WHERE locker_id IN (SELECT locker_id FROM changed) ORDER BY locker_id FOR NO KEY UPDATE;
  INSERT INTO slot_version AS v (locker_id, country, version)
    SELECT DISTINCT locker_id, country, 1 FROM changed ORDER BY locker_id
    ON CONFLICT (locker_id) DO UPDATE SET version = v.version + 1;
  RETURN NULL;
END $$;

CREATE TRIGGER slot_added AFTER INSERT ON locker_slot
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_slot_version();
CREATE TRIGGER slot_changed AFTER UPDATE ON locker_slot
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_slot_version();
CREATE TRIGGER slot_removed AFTER DELETE ON locker_slot
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_slot_version();
CREATE TRIGGER occupancy_added AFTER INSERT ON occupancy
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_slot_version();
CREATE TRIGGER occupancy_changed AFTER UPDATE ON occupancy
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_slot_version();
CREATE TRIGGER occupancy_removed AFTER DELETE ON occupancy
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_slot_version();
