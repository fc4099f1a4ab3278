-- Systems trace audit number, DE 11. A number handed out for a statement that is rolled back is simply not
-- used; it comes again only after 999,998 others, and DE 7 tells the two apart.
CREATE SEQUENCE stan AS integer MINVALUE 1 MAXVALUE 999999 CYCLE;

CREATE TABLE authentication (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  command_id text NOT NULL,
  payment_method text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  merchant_name text NOT NULL,
  last4 text NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
  return_url text NOT NULL,
  state text NOT NULL CHECK (
    state IN ('frictionless', 'challenge', 'authenticated', 'failed', 'unavailable')),
  server_trans_id text NOT NULL,
  acs_trans_id text,
  ds_trans_id text,
  acs_url text,
  -- SHA-256 of the key in the URL that results are sent to; only the directory server has been told it.
  results_key_hash bytea NOT NULL UNIQUE CHECK (octet_length(results_key_hash) = 32),
  eci text CHECK (eci ~ '^[0-9]{2}$'),
  authentication_value text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant, command_id),
  CHECK (state <> 'challenge' OR (acs_trans_id IS NOT NULL AND acs_url IS NOT NULL)),
  CHECK (state NOT IN ('frictionless', 'authenticated')
    OR (eci IS NOT NULL AND authentication_value IS NOT NULL AND ds_trans_id IS NOT NULL))
);
CREATE INDEX authentication_open ON authentication (created_at) WHERE state = 'challenge';

-- One row for each command, durable before its message leaves.
CREATE TABLE authorisation (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  command_id text NOT NULL,
  connector text NOT NULL,
  payment_method text NOT NULL,
  merchant text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  descriptor text NOT NULL,
  authentication_id text REFERENCES authentication (id),
  stan int NOT NULL CHECK (stan BETWEEN 1 AND 999999),
  transmitted_at timestamptz NOT NULL,
  -- Once this has passed, a row that is still 'sent' has lost its answer or its process.
  answer_by timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('sent', 'approved', 'declined', 'pending', 'reversed')),
  approval_code text,
  network_code text,
  decline_code text,
  reference text,
  -- Reservations that guard the caps; the balances are the ledger's.
  captured numeric(39,0) NOT NULL DEFAULT 0 CHECK (captured BETWEEN 0 AND amount),
  refunded numeric(39,0) NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND captured),
  -- Nothing more can be captured: the last capture was final, or the rest was released.
  closed boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant, command_id),
  CHECK (state = 'approved' OR (captured = 0 AND NOT closed)),
  CHECK (state <> 'approved'
    OR (approval_code IS NOT NULL AND network_code IS NOT NULL AND reference IS NOT NULL)),
  CHECK (state <> 'declined' OR (decline_code IS NOT NULL AND network_code IS NOT NULL))
);
CREATE INDEX authorisation_unanswered ON authorisation (answer_by) WHERE state = 'sent';

CREATE TABLE refund (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  command_id text NOT NULL,
  authorisation_id text NOT NULL REFERENCES authorisation (id),
  connector text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  stan int NOT NULL CHECK (stan BETWEEN 1 AND 999999),
  transmitted_at timestamptz NOT NULL,
  answer_by timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('sent', 'approved', 'declined', 'pending', 'reversed')),
  network_code text,
  reference text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant, command_id)
);
CREATE INDEX refund_unanswered ON refund (answer_by) WHERE state = 'sent';

-- What the acquirer must be told until it has acknowledged. A row says all that its message says, so that
-- sending it needs nothing else.
CREATE TABLE advice (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  command_id text NOT NULL,
  -- resolution: takes back a message whose answer was lost.
  kind text NOT NULL CHECK (kind IN ('capture', 'release', 'resolution')),
  authorisation_id text NOT NULL REFERENCES authorisation (id),
  refund_id text REFERENCES refund (id),
  connector text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  remaining numeric(39,0) NOT NULL CHECK (remaining BETWEEN 0 AND amount),
  currency text NOT NULL,
  final boolean NOT NULL,
  stan int NOT NULL CHECK (stan BETWEEN 1 AND 999999),
  transmitted_at timestamptz NOT NULL,
  original_stan int NOT NULL,
  original_at timestamptz NOT NULL,
  original_approval_code text,
  state text NOT NULL CHECK (state IN ('queued', 'acknowledged', 'refused')),
  network_code text,
  attempts int NOT NULL CHECK (attempts >= 0),
  -- When it is due; while a process is sending it, when that process's claim ends.
  next_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  UNIQUE (tenant, kind, command_id),
  CHECK (refund_id IS NULL OR kind = 'resolution')
);
CREATE INDEX advice_due ON advice (next_at) WHERE state = 'queued';

-- What was said to and by acquirers; the connector has masked card data before it came here. Append-only.
CREATE TABLE message_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The authorisation, refund or advice; for an answer that nobody waited for, its kind.
  subject text NOT NULL,
  at timestamptz NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  type text NOT NULL,
  fields jsonb NOT NULL
);
CREATE INDEX message_log_subject ON message_log (subject);

GRANT USAGE ON SEQUENCE stan TO acquiring_app;
GRANT SELECT, INSERT ON authentication, authorisation, refund, advice, message_log TO acquiring_app;
GRANT UPDATE (state, eci, authentication_value, updated_at) ON authentication TO acquiring_app;
GRANT UPDATE (state, approval_code, network_code, decline_code, reference, captured, refunded, closed,
  updated_at)
  ON authorisation TO acquiring_app;
GRANT UPDATE (state, network_code, reference, updated_at) ON refund TO acquiring_app;
GRANT UPDATE (state, network_code, attempts, next_at, settled_at) ON advice TO acquiring_app;

-- tpmall:outbox
