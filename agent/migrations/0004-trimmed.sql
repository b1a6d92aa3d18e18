-- Journal lines up to here were trimmed; the last of them stays, for its hash.
ALTER TABLE meta ADD COLUMN trimmed_to INTEGER NOT NULL DEFAULT 0;
