-- tpmall:command
-- tpmall:outbox
-- tpmall:cursor

-- Addresses that open sessions.
CREATE TABLE link (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  active boolean NOT NULL,
  currency text NOT NULL,
  lines jsonb NOT NULL,
  after_completion jsonb NOT NULL,
  allow_promotion_codes boolean NOT NULL,
  customer_creation text NOT NULL CHECK (customer_creation IN ('always', 'if_required')),
  inactive_message text,
  submit_type text NOT NULL,
  intent_data jsonb NOT NULL,
  metadata jsonb NOT NULL,
  completed_sessions_limit integer CHECK (completed_sessions_limit > 0),
  completed_sessions integer NOT NULL,
  -- Sessions that are being paid, or have been: who pays holds a place from the first attempt on.
  places_taken integer NOT NULL,
  CONSTRAINT completed_have_a_place CHECK (completed_sessions BETWEEN 0 AND places_taken),
  CONSTRAINT never_more_than_the_limit CHECK (places_taken <= completed_sessions_limit)
);
CREATE INDEX link_by_time ON link (tenant, created_at DESC, id DESC);
GRANT SELECT, INSERT, UPDATE ON link TO checkout_app;

-- Orders that are to be paid once.
CREATE TABLE session (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  -- The id is drawn at random, so a repetition finds the session by its command.
  command_id text NOT NULL UNIQUE,
  mode text NOT NULL CHECK (mode IN ('payment')),
  status text NOT NULL CHECK (status IN ('open', 'complete', 'expired')),
  payment_status text NOT NULL CHECK (payment_status IN ('unpaid', 'paid', 'no_payment_required')),
  currency text NOT NULL,
  amount_total numeric(39,0) NOT NULL CHECK (amount_total >= 0),
  lines jsonb NOT NULL,
  customer text,
  customer_email text,
  customer_creation text NOT NULL CHECK (customer_creation IN ('always', 'if_required')),
  payer jsonb,
  client_reference_id text,
  success_url text,
  cancel_url text,
  submit_type text,
  locale text,
  metadata jsonb NOT NULL,
  payment_intent text UNIQUE,
  intent_data jsonb NOT NULL,
  payment_link text REFERENCES link (id),
  expires_at timestamptz NOT NULL,
  -- When the first attempt to pay began; what the intent is opened with stands fast from then on.
  begun_at timestamptz,
  holds_place boolean NOT NULL,
  -- When its end is looked at; null once it has ended.
  due_at timestamptz,
  CONSTRAINT open_is_due CHECK ((status = 'open') = (due_at IS NOT NULL)),
  CONSTRAINT open_is_not_paid CHECK (status = 'complete' OR payment_status <> 'paid'),
  CONSTRAINT intent_was_begun CHECK (payment_intent IS NULL OR begun_at IS NOT NULL),
  CONSTRAINT place_of_a_link CHECK (NOT holds_place OR payment_link IS NOT NULL)
);
CREATE INDEX session_by_time ON session (tenant, created_at DESC, id DESC);
CREATE INDEX session_by_customer ON session (tenant, customer, created_at DESC, id DESC)
  WHERE customer IS NOT NULL;
CREATE INDEX session_by_link ON session (tenant, payment_link, created_at DESC, id DESC)
  WHERE payment_link IS NOT NULL;
CREATE INDEX session_due ON session (due_at) WHERE due_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON session TO checkout_app;
