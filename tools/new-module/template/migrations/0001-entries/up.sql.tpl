-- What was recorded. Append-only.
CREATE TABLE entry (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  command_id text NOT NULL,
  text text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
  recorded_at timestamptz NOT NULL,
  CONSTRAINT entry_once UNIQUE (tenant, command_id)
);
GRANT SELECT, INSERT ON entry TO __name___app;

-- tpmall:outbox
