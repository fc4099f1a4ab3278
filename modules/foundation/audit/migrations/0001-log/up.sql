-- The log. Its rows are chained: each hash is over the hash before it and the row's canonical text.
CREATE TABLE entry (
  position bigint PRIMARY KEY CHECK (position >= 1),
  module text NOT NULL,
  -- The place in the module's outbox, so that a second delivery changes nothing.
  seq bigint NOT NULL,
  tenant text NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  reason text NOT NULL,
  detail jsonb,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  UNIQUE (module, seq)
);

-- The end of the log, in one row: whoever appends holds it, so positions have no gaps and hashes one order.
CREATE TABLE head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  position bigint NOT NULL CHECK (position >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO head (position, hash) VALUES (0, sha256('tpmall audit log'));

GRANT SELECT, INSERT ON entry TO audit_app;
GRANT SELECT, UPDATE (position, hash) ON head TO audit_app;

-- tpmall:cursor
