-- What was decided about a payment, on what, and why. Append-only: a decision is evidence.
CREATE TABLE decision (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  command_id text NOT NULL,
  payment text NOT NULL,
  at timestamptz NOT NULL,
  action text NOT NULL CHECK (action IN ('allow', 'step_up', 'review', 'refuse')),
  score integer NOT NULL CHECK (score BETWEEN 0 AND 100),
  reasons jsonb NOT NULL,
  subject jsonb NOT NULL,
  features jsonb NOT NULL,
  -- The columns that velocities are counted by, copied out of the subject.
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  card_fingerprint text NOT NULL,
  customer text,
  ip text,
  CONSTRAINT decision_once UNIQUE (tenant, command_id)
);
CREATE INDEX decision_by_card ON decision (tenant, card_fingerprint, at DESC);
CREATE INDEX decision_by_customer ON decision (tenant, customer, at DESC) WHERE customer IS NOT NULL;
CREATE INDEX decision_by_ip ON decision (tenant, ip, at DESC) WHERE ip IS NOT NULL;
GRANT SELECT, INSERT ON decision TO risk_app;

-- What became of a payment: the labels that later engines learn from. Append-only.
CREATE TABLE outcome (
  tenant text NOT NULL,
  payment text NOT NULL,
  outcome text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, payment, outcome, at)
);
GRANT SELECT, INSERT ON outcome TO risk_app;

-- Block and allow lists. Who changed them and why stands in the audit entries of the outbox.
CREATE TABLE list_entry (
  id text NOT NULL UNIQUE,
  tenant text NOT NULL,
  list text NOT NULL CHECK (list IN ('block', 'allow')),
  kind text NOT NULL CHECK (kind IN ('card', 'customer', 'email', 'ip', 'bin', 'country')),
  value text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, kind, value, list)
);
GRANT SELECT, INSERT, DELETE ON list_entry TO risk_app;

-- tpmall:outbox
