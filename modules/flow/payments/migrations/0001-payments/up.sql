-- tpmall:command
-- tpmall:outbox
-- tpmall:cursor

CREATE TABLE customer (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  version integer NOT NULL,
  name text,
  email text,
  phone text,
  description text,
  metadata jsonb NOT NULL
);
CREATE INDEX customer_by_time ON customer (tenant, created_at DESC, id DESC);
CREATE INDEX customer_by_email ON customer (tenant, email, created_at DESC, id DESC)
  WHERE email IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON customer TO payments_app;

-- What a shopper owes, and how far the payment of it has come. One row; each attempt at an issuer is a
-- charge.
CREATE TABLE intent (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  version integer NOT NULL,
  status text NOT NULL CHECK (status IN (
    'requires_payment_method', 'requires_confirmation', 'requires_action',
    'processing', 'requires_capture', 'canceled', 'succeeded')),
  phase text CHECK (phase IN ('authorising', 'capturing', 'releasing')),
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  amount_capturable numeric(39,0) NOT NULL CHECK (amount_capturable BETWEEN 0 AND amount),
  amount_received numeric(39,0) NOT NULL CHECK (amount_received BETWEEN 0 AND amount),
  capture_method text NOT NULL CHECK (capture_method IN ('automatic', 'manual')),
  confirmation_method text NOT NULL CHECK (confirmation_method IN ('automatic', 'manual')),
  client_secret text NOT NULL,
  customer text,
  payment_method text,
  description text,
  receipt_email text,
  statement_descriptor text,
  metadata jsonb NOT NULL,
  transfer_group text,
  split jsonb NOT NULL,
  return_url text,
  next_action jsonb,
  last_error jsonb,
  latest_charge text,
  risk_decision text,
  cancellation_reason text,
  canceled_at timestamptz,
  -- What is being done, for whom it was asked, and what it has reserved.
  operation_id text,
  operation_at timestamptz,
  capture_amount numeric(39,0) CHECK (capture_amount BETWEEN 1 AND amount),
  attempt integer NOT NULL,
  off_session boolean NOT NULL,
  request_three_d_secure text NOT NULL CHECK (request_three_d_secure IN ('automatic', 'any')),
  ip text,
  -- The resolver's.
  next_attempt_at timestamptz,
  attempts integer NOT NULL,
  unknown_since timestamptz,
  CONSTRAINT in_work_has_a_phase CHECK ((status = 'processing') = (phase IS NOT NULL)),
  CONSTRAINT in_work_is_due CHECK ((status = 'processing') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT in_work_has_an_operation
    CHECK (status <> 'processing' OR (operation_id IS NOT NULL AND operation_at IS NOT NULL)),
  CONSTRAINT capture_is_reserved CHECK (phase IS DISTINCT FROM 'capturing' OR capture_amount IS NOT NULL)
);
CREATE INDEX intent_by_time ON intent (tenant, created_at DESC, id DESC);
CREATE INDEX intent_by_customer ON intent (tenant, customer, created_at DESC, id DESC)
  WHERE customer IS NOT NULL;
CREATE INDEX intent_by_group ON intent (tenant, transfer_group, created_at DESC, id DESC)
  WHERE transfer_group IS NOT NULL;
CREATE INDEX intent_due ON intent (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON intent TO payments_app;

-- One attempt at the issuer.
CREATE TABLE charge (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  intent text NOT NULL REFERENCES intent (id),
  status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  amount_captured numeric(39,0) NOT NULL CHECK (amount_captured BETWEEN 0 AND amount),
  -- Refunds in work included: it guards the cap, the ledger holds the balance.
  amount_refunded numeric(39,0) NOT NULL CHECK (amount_refunded BETWEEN 0 AND amount_captured),
  currency text NOT NULL,
  captured boolean NOT NULL,
  customer text,
  payment_method text NOT NULL,
  card jsonb NOT NULL,
  statement_descriptor text,
  description text,
  transfer_group text,
  split jsonb NOT NULL,
  failure_code text,
  failure_message text,
  outcome jsonb NOT NULL,
  metadata jsonb NOT NULL,
  command_id text NOT NULL UNIQUE,
  command_at timestamptz NOT NULL,
  authorisation_id text,
  authentication_id text,
  shares jsonb NOT NULL,
  refunded_parts jsonb NOT NULL
);
CREATE INDEX charge_by_time ON charge (tenant, created_at DESC, id DESC);
CREATE INDEX charge_by_intent ON charge (intent, created_at DESC, id DESC);
CREATE INDEX charge_by_customer ON charge (tenant, customer, created_at DESC, id DESC)
  WHERE customer IS NOT NULL;
CREATE INDEX charge_by_authentication ON charge (authentication_id) WHERE authentication_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON charge TO payments_app;

-- Money on its way back to the shopper.
CREATE TABLE refund (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  version integer NOT NULL,
  charge text NOT NULL REFERENCES charge (id),
  intent text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
  reason text,
  failure_reason text,
  metadata jsonb NOT NULL,
  customer text,
  command_id text NOT NULL UNIQUE,
  command_at timestamptz NOT NULL,
  parts jsonb NOT NULL,
  next_attempt_at timestamptz,
  attempts integer NOT NULL,
  CONSTRAINT in_work_is_due CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX refund_by_time ON refund (tenant, created_at DESC, id DESC);
CREATE INDEX refund_by_charge ON refund (charge, created_at DESC, id DESC);
CREATE INDEX refund_by_intent ON refund (intent, created_at DESC, id DESC);
CREATE INDEX refund_due ON refund (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON refund TO payments_app;
