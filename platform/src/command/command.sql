-- Which commands this module has accepted. A repetition finds the row of the first acceptance, with its time
-- and id, in the statement that has the effect; the hash tells a repetition from another request under the
-- same key.
CREATE TABLE command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamptz NOT NULL,
  command_id text NOT NULL UNIQUE,
  request_hash bytea NOT NULL,
  PRIMARY KEY (tenant, key)
);
GRANT SELECT, INSERT, UPDATE ON command TO {app};
