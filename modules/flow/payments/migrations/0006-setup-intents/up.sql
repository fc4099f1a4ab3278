-- Whether the card of a payment is to be saved for its customer.
ALTER TABLE intent ADD COLUMN setup_future_usage text
  CHECK (setup_future_usage IN ('on_session', 'off_session'));

-- A card on its way to being saved. No money moves by it.
CREATE TABLE setup_intent (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  version integer NOT NULL,
  status text NOT NULL CHECK (status IN (
    'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'canceled',
    'succeeded')),
  usage text NOT NULL CHECK (usage IN ('on_session', 'off_session')),
  client_secret text NOT NULL,
  customer text,
  payment_method text,
  description text,
  metadata jsonb NOT NULL,
  return_url text,
  next_action jsonb,
  last_error jsonb,
  cancellation_reason text,
  canceled_at timestamptz,
  request_three_d_secure text NOT NULL CHECK (request_three_d_secure IN ('automatic', 'any')),
  -- The latest confirmation, and the challenge it waits for.
  operation_id text,
  authentication_id text,
  -- When somebody must look after it if it is still in work.
  next_attempt_at timestamptz,
  attempts integer NOT NULL,
  CONSTRAINT setup_in_work_is_due CHECK ((status = 'processing') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT setup_in_work_has_an_operation CHECK (status <> 'processing' OR operation_id IS NOT NULL),
  CONSTRAINT setup_challenge_is_known
    CHECK (status <> 'requires_action' OR (authentication_id IS NOT NULL AND next_action IS NOT NULL))
);
CREATE INDEX setup_intent_by_time ON setup_intent (tenant, created_at DESC, id DESC);
CREATE INDEX setup_intent_by_customer ON setup_intent (customer, created_at DESC, id DESC)
  WHERE customer IS NOT NULL;
CREATE INDEX setup_intent_by_payment_method ON setup_intent (payment_method, created_at DESC, id DESC)
  WHERE payment_method IS NOT NULL;
CREATE INDEX setup_intent_by_authentication ON setup_intent (authentication_id)
  WHERE authentication_id IS NOT NULL;
CREATE INDEX setup_intent_due ON setup_intent (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON setup_intent TO payments_app;
