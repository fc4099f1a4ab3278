-- tpmall:command
-- tpmall:outbox
-- tpmall:cursor

-- Where a platform wants its events. A deleted one stays until its deliveries have been forgotten.
CREATE TABLE endpoint (
  id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  version integer NOT NULL,
  url text NOT NULL,
  description text,
  metadata jsonb NOT NULL,
  api_version text,
  -- Types, or a single `*`.
  enabled_events text[] NOT NULL CHECK (cardinality(enabled_events) > 0),
  status text NOT NULL CHECK (status IN ('enabled', 'disabled', 'deleted')),
  -- Why it is disabled: its owner wanted it, or it failed for days on end.
  disabled_reason text CHECK (disabled_reason IN ('owner', 'failing')),
  -- Sealed, as is the one before, which goes on signing until its time has come.
  secret bytea NOT NULL,
  previous_secret bytea,
  previous_until timestamptz,
  -- Since when no delivery has got through; null while they do.
  failing_since timestamptz,
  CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
  CHECK ((disabled_reason IS NULL) = (status <> 'disabled'))
);
CREATE INDEX endpoint_by_time ON endpoint (tenant, created_at DESC, id DESC) WHERE status <> 'deleted';
GRANT SELECT, INSERT, UPDATE, DELETE ON endpoint TO webhooks_app;

-- What clients are told. The id derives from the place in the outbox and begins with the time, so a second
-- reading of the outbox makes no second event, and the primary key is the order of time.
CREATE TABLE event (
  id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL,
  type text NOT NULL,
  created_at timestamptz NOT NULL,
  api_version text NOT NULL,
  livemode boolean NOT NULL,
  -- JSON text, sent and shown as it stands here.
  data text NOT NULL,
  -- To how many endpoints it was sent when it came.
  endpoints integer NOT NULL
);
CREATE INDEX event_of_tenant ON event (tenant, id DESC);
CREATE INDEX event_of_type ON event (tenant, type, id DESC);
GRANT SELECT, INSERT, DELETE ON event TO webhooks_app;

-- One event for one endpoint. Pending ones are the queue: `next_at` is when it is due, and while it is being
-- sent, when another process may take it up.
CREATE TABLE delivery (
  endpoint text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL,
  tenant text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'delivered', 'given_up')),
  created_at timestamptz NOT NULL,
  -- A round begins with the event or when somebody sends it again; it is given up when it is three days old.
  round_at timestamptz NOT NULL,
  round_attempts integer NOT NULL DEFAULT 0,
  -- Attempts in all rounds.
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  last_status integer,
  last_error text,
  delivered_at timestamptz,
  PRIMARY KEY (endpoint, event)
);
CREATE INDEX delivery_due ON delivery (endpoint, next_at) WHERE state = 'pending';
CREATE INDEX delivery_undelivered ON delivery (endpoint, event DESC) WHERE state <> 'delivered';
GRANT SELECT, INSERT, UPDATE, DELETE ON delivery TO webhooks_app;

-- What was sent and what came back, append-only but for retention.
CREATE TABLE attempt (
  endpoint text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL,
  n integer NOT NULL,
  at timestamptz NOT NULL,
  url text NOT NULL,
  duration_ms integer NOT NULL,
  -- Null: no answer came.
  status integer,
  -- Why it does not count as delivered.
  error text,
  response_headers jsonb,
  -- The beginning of the answer's body.
  response_body text,
  PRIMARY KEY (endpoint, event, n)
);
GRANT SELECT, INSERT, DELETE ON attempt TO webhooks_app;
