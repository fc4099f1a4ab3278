-- Events of outboxes that could not be put on the wire, as they were read, until they can be.
CREATE TABLE set_aside (
  -- The id that clients will know it by.
  id text COLLATE "C" PRIMARY KEY,
  source text NOT NULL,
  seq bigint NOT NULL,
  tenant text NOT NULL,
  type text NOT NULL,
  aggregate_id text NOT NULL,
  at timestamptz NOT NULL,
  payload jsonb NOT NULL,
  reason text NOT NULL,
  set_aside_at timestamptz NOT NULL
);
CREATE INDEX set_aside_of_tenant ON set_aside (tenant, id);
GRANT SELECT, INSERT, DELETE ON set_aside TO webhooks_app;
