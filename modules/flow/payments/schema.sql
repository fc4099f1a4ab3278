-- The schema payments as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA payments AUTHORIZATION payments_owner;

-- Tables

CREATE TABLE payments.balance_total (
  tenant text NOT NULL,
  currency text NOT NULL,
  amount numeric(39,0) NOT NULL
);

CREATE TABLE payments.balance_transaction (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  type text NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  source text NOT NULL,
  available_at timestamp with time zone NOT NULL
);

CREATE TABLE payments.charge (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  intent text NOT NULL,
  status text NOT NULL,
  amount numeric(39,0) NOT NULL,
  amount_captured numeric(39,0) NOT NULL,
  amount_refunded numeric(39,0) NOT NULL,
  currency text NOT NULL,
  captured boolean NOT NULL,
  customer text,
  payment_method text NOT NULL,
  card jsonb,
  statement_descriptor text,
  description text,
  transfer_group text,
  split jsonb NOT NULL,
  failure_code text,
  failure_message text,
  outcome jsonb NOT NULL,
  metadata jsonb NOT NULL,
  command_id text NOT NULL,
  command_at timestamp with time zone NOT NULL,
  authorisation_id text,
  authentication_id text,
  shares jsonb NOT NULL,
  refunded_parts jsonb NOT NULL,
  receipt_email text,
  shipping jsonb,
  capture_terms jsonb,
  holds jsonb NOT NULL DEFAULT '[]'::jsonb,
  balance_transaction text,
  capture_before timestamp with time zone,
  wallet jsonb,
  on_behalf_of text,
  amount_sent_back numeric(39,0) NOT NULL DEFAULT 0
);

CREATE TABLE payments.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE payments.cursor (
  cursor text NOT NULL,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);

CREATE TABLE payments.customer (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  name text,
  email text,
  phone text,
  description text,
  metadata jsonb NOT NULL,
  address jsonb,
  shipping jsonb,
  preferred_locales jsonb NOT NULL DEFAULT '[]'::jsonb,
  default_payment_method text,
  deleted boolean NOT NULL DEFAULT false,
  tax_exempt text NOT NULL DEFAULT 'none'::text
);

CREATE TABLE payments.intent (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  status text NOT NULL,
  phase text,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  amount_capturable numeric(39,0) NOT NULL,
  amount_received numeric(39,0) NOT NULL,
  capture_method text NOT NULL,
  confirmation_method text NOT NULL,
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
  canceled_at timestamp with time zone,
  operation_id text,
  operation_at timestamp with time zone,
  capture_amount numeric(39,0),
  attempt integer NOT NULL,
  off_session boolean NOT NULL,
  request_three_d_secure text NOT NULL,
  ip text,
  next_attempt_at timestamp with time zone,
  attempts integer NOT NULL,
  unknown_since timestamp with time zone,
  shipping jsonb,
  capture_requests jsonb NOT NULL DEFAULT '{"overcapture": false, "multicapture": false, "incrementalAuthorisation": false}'::jsonb,
  maximum_capturable numeric(39,0),
  multicapture boolean NOT NULL DEFAULT false,
  captures integer NOT NULL DEFAULT 0,
  final_capture boolean NOT NULL DEFAULT true,
  increments jsonb NOT NULL DEFAULT '[]'::jsonb,
  setup_future_usage text,
  capture_shares jsonb,
  decline_on_action boolean NOT NULL DEFAULT false,
  on_behalf_of text,
  mandate_acceptance jsonb,
  automatic_payment_methods text
);

CREATE TABLE payments.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE payments.refund (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  charge text NOT NULL,
  intent text NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  reason text,
  failure_reason text,
  metadata jsonb NOT NULL,
  customer text,
  command_id text NOT NULL,
  command_at timestamp with time zone NOT NULL,
  parts jsonb NOT NULL,
  next_attempt_at timestamp with time zone,
  attempts integer NOT NULL,
  payment_method text NOT NULL,
  unsent boolean NOT NULL DEFAULT false,
  balance_transaction text,
  failure_balance_transaction text,
  at_acquirer boolean NOT NULL DEFAULT true,
  beyond jsonb NOT NULL DEFAULT '[]'::jsonb
);

CREATE TABLE payments.refused_advice (
  advice_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  intent text NOT NULL,
  charge text NOT NULL,
  kind text NOT NULL,
  network_code text NOT NULL,
  amount numeric(39,0),
  resolution text
);

CREATE TABLE payments.resolution (
  id text NOT NULL,
  tenant text NOT NULL,
  subject text NOT NULL,
  advice text,
  kind text NOT NULL,
  verdict text NOT NULL,
  evidence text NOT NULL,
  approval_code text,
  reference text,
  settles text,
  state text NOT NULL,
  proposed_by text NOT NULL,
  proposed_at timestamp with time zone NOT NULL,
  decided_by text,
  decided_at timestamp with time zone,
  decision_reason text,
  settled_at timestamp with time zone,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE payments.search_document (
  id text NOT NULL,
  kind text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  amount numeric(39,0) NOT NULL,
  terms bigint[] NOT NULL,
  texts jsonb NOT NULL
);

CREATE TABLE payments.setup_intent (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  status text NOT NULL,
  usage text NOT NULL,
  client_secret text NOT NULL,
  customer text,
  payment_method text,
  description text,
  metadata jsonb NOT NULL,
  return_url text,
  next_action jsonb,
  last_error jsonb,
  cancellation_reason text,
  canceled_at timestamp with time zone,
  request_three_d_secure text NOT NULL,
  operation_id text,
  authentication_id text,
  next_attempt_at timestamp with time zone,
  attempts integer NOT NULL,
  on_behalf_of text,
  mandate_acceptance jsonb,
  automatic_payment_methods text
);

-- Constraints

ALTER TABLE payments.balance_total ADD CONSTRAINT balance_total_pkey PRIMARY KEY (tenant, currency);
ALTER TABLE payments.balance_transaction ADD CONSTRAINT balance_transaction_amount_check CHECK ((amount <> (0)::numeric));
ALTER TABLE payments.balance_transaction ADD CONSTRAINT balance_transaction_check CHECK ((available_at >= created_at));
ALTER TABLE payments.balance_transaction ADD CONSTRAINT balance_transaction_pkey PRIMARY KEY (id);
ALTER TABLE payments.balance_transaction ADD CONSTRAINT balance_transaction_type_check CHECK ((type = ANY (ARRAY['charge'::text, 'transfer'::text, 'application_fee'::text, 'refund'::text, 'transfer_refund'::text, 'application_fee_refund'::text, 'refund_failure'::text])));
ALTER TABLE payments.charge ADD CONSTRAINT a_card_or_a_wallet_pays CHECK (((card IS NULL) = (wallet IS NOT NULL)));
ALTER TABLE payments.charge ADD CONSTRAINT captured_within_cap CHECK (((amount_captured >= (0)::numeric) AND (amount_captured <= COALESCE(((capture_terms ->> 'maximumCapturable'::text))::numeric, amount))));
ALTER TABLE payments.charge ADD CONSTRAINT charge_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE payments.charge ADD CONSTRAINT charge_check1 CHECK (((amount_refunded >= (0)::numeric) AND (amount_refunded <= amount_captured)));
ALTER TABLE payments.charge ADD CONSTRAINT charge_command_id_key UNIQUE (command_id);
ALTER TABLE payments.charge ADD CONSTRAINT charge_intent_fkey FOREIGN KEY (intent) REFERENCES payments.intent(id);
ALTER TABLE payments.charge ADD CONSTRAINT charge_pkey PRIMARY KEY (id);
ALTER TABLE payments.charge ADD CONSTRAINT charge_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])));
ALTER TABLE payments.charge ADD CONSTRAINT sent_back_was_refunded CHECK (((amount_sent_back >= (0)::numeric) AND (amount_sent_back <= amount_refunded)));
ALTER TABLE payments.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE payments.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE payments.cursor ADD CONSTRAINT cursor_pkey PRIMARY KEY (cursor);
ALTER TABLE payments.customer ADD CONSTRAINT customer_pkey PRIMARY KEY (id);
ALTER TABLE payments.customer ADD CONSTRAINT customer_tax_exempt_check CHECK ((tax_exempt = ANY (ARRAY['exempt'::text, 'none'::text, 'reverse'::text])));
ALTER TABLE payments.customer ADD CONSTRAINT deleted_has_no_data CHECK (((NOT deleted) OR (num_nonnulls(name, email, phone, description, address, shipping) = 0)));
ALTER TABLE payments.intent ADD CONSTRAINT intent_pkey PRIMARY KEY (id);
ALTER TABLE payments.intent ADD CONSTRAINT intent_rules CHECK (payments.intent_rules(intent.*));
ALTER TABLE payments.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE payments.refund ADD CONSTRAINT in_work_is_due CHECK (((next_attempt_at IS NOT NULL) = ((status = 'pending'::text) OR ((status = 'succeeded'::text) AND (failure_reason IS NOT NULL)))));
ALTER TABLE payments.refund ADD CONSTRAINT only_pending_is_unsent CHECK (((NOT unsent) OR (status = 'pending'::text)));
ALTER TABLE payments.refund ADD CONSTRAINT refund_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE payments.refund ADD CONSTRAINT refund_charge_fkey FOREIGN KEY (charge) REFERENCES payments.charge(id);
ALTER TABLE payments.refund ADD CONSTRAINT refund_command_id_key UNIQUE (command_id);
ALTER TABLE payments.refund ADD CONSTRAINT refund_pkey PRIMARY KEY (id);
ALTER TABLE payments.refund ADD CONSTRAINT refund_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text])));
ALTER TABLE payments.refused_advice ADD CONSTRAINT refused_advice_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE payments.refused_advice ADD CONSTRAINT refused_advice_charge_fkey FOREIGN KEY (charge) REFERENCES payments.charge(id);
ALTER TABLE payments.refused_advice ADD CONSTRAINT refused_advice_intent_fkey FOREIGN KEY (intent) REFERENCES payments.intent(id);
ALTER TABLE payments.refused_advice ADD CONSTRAINT refused_advice_kind_check CHECK ((kind = ANY (ARRAY['capture'::text, 'release'::text, 'stand_in'::text, 'refund'::text])));
ALTER TABLE payments.refused_advice ADD CONSTRAINT refused_advice_pkey PRIMARY KEY (advice_id);
ALTER TABLE payments.refused_advice ADD CONSTRAINT refused_advice_resolution_fkey FOREIGN KEY (resolution) REFERENCES payments.resolution(id);
ALTER TABLE payments.resolution ADD CONSTRAINT advice_or_message CHECK (((advice IS NULL) <> (settles IS NULL)));
ALTER TABLE payments.resolution ADD CONSTRAINT decided_at_some_time CHECK (((decided_by IS NULL) = (decided_at IS NULL)));
ALTER TABLE payments.resolution ADD CONSTRAINT resolution_advice_fkey FOREIGN KEY (advice) REFERENCES payments.refused_advice(advice_id);
ALTER TABLE payments.resolution ADD CONSTRAINT resolution_evidence_check CHECK ((evidence <> ''::text));
ALTER TABLE payments.resolution ADD CONSTRAINT resolution_kind_check CHECK ((kind = ANY (ARRAY['authorisation'::text, 'increment'::text, 'capture'::text, 'release'::text, 'refund'::text, 'stand_in'::text])));
ALTER TABLE payments.resolution ADD CONSTRAINT resolution_pkey PRIMARY KEY (id);
ALTER TABLE payments.resolution ADD CONSTRAINT resolution_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'confirmed'::text, 'applied'::text, 'overtaken'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text])));
ALTER TABLE payments.resolution ADD CONSTRAINT resolution_verdict_check CHECK ((verdict = ANY (ARRAY['approved'::text, 'not_charged'::text, 'captured'::text, 'not_captured'::text, 'refunded'::text, 'not_refunded'::text, 'dismiss'::text])));
ALTER TABLE payments.resolution ADD CONSTRAINT settled_at_some_time CHECK (((state = ANY (ARRAY['applied'::text, 'overtaken'::text])) = (settled_at IS NOT NULL)));
ALTER TABLE payments.resolution ADD CONSTRAINT somebody_decides CHECK (((state = ANY (ARRAY['proposed'::text, 'expired'::text])) = (decided_by IS NULL)));
ALTER TABLE payments.resolution ADD CONSTRAINT two_people CHECK (((decided_by = proposed_by) = (state = 'withdrawn'::text)));
ALTER TABLE payments.search_document ADD CONSTRAINT search_document_pkey PRIMARY KEY (id);
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_challenge_is_known CHECK (((status <> 'requires_action'::text) OR ((authentication_id IS NOT NULL) AND (next_action IS NOT NULL))));
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_in_work_has_an_operation CHECK (((status <> 'processing'::text) OR (operation_id IS NOT NULL)));
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_in_work_is_due CHECK (((status = 'processing'::text) = (next_attempt_at IS NOT NULL)));
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_intent_automatic_payment_methods_check CHECK ((automatic_payment_methods = ANY (ARRAY['always'::text, 'never'::text])));
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_intent_pkey PRIMARY KEY (id);
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_intent_request_three_d_secure_check CHECK ((request_three_d_secure = ANY (ARRAY['automatic'::text, 'any'::text])));
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_intent_status_check CHECK ((status = ANY (ARRAY['requires_payment_method'::text, 'requires_confirmation'::text, 'requires_action'::text, 'processing'::text, 'canceled'::text, 'succeeded'::text])));
ALTER TABLE payments.setup_intent ADD CONSTRAINT setup_intent_usage_check CHECK ((usage = ANY (ARRAY['on_session'::text, 'off_session'::text])));

-- Indexes

CREATE INDEX balance_transaction_by_source ON payments.balance_transaction USING btree (tenant, source, created_at DESC, id DESC);
CREATE INDEX balance_transaction_by_time ON payments.balance_transaction USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX balance_transaction_pending ON payments.balance_transaction USING btree (tenant, available_at) INCLUDE (currency, amount);
CREATE INDEX charge_by_authentication ON payments.charge USING btree (authentication_id) WHERE (authentication_id IS NOT NULL);
CREATE INDEX charge_by_customer ON payments.charge USING btree (tenant, customer, created_at DESC, id DESC) WHERE (customer IS NOT NULL);
CREATE INDEX charge_by_group ON payments.charge USING btree (tenant, transfer_group, created_at DESC, id DESC) WHERE (transfer_group IS NOT NULL);
CREATE INDEX charge_by_intent ON payments.charge USING btree (intent, created_at DESC, id DESC);
CREATE INDEX charge_by_time ON payments.charge USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX charge_hold_ends ON payments.charge USING btree (capture_before) WHERE (capture_before IS NOT NULL);
CREATE INDEX customer_by_email ON payments.customer USING btree (tenant, email, created_at DESC, id DESC) WHERE (email IS NOT NULL);
CREATE INDEX customer_by_time ON payments.customer USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX intent_by_customer ON payments.intent USING btree (tenant, customer, created_at DESC, id DESC) WHERE (customer IS NOT NULL);
CREATE INDEX intent_by_group ON payments.intent USING btree (tenant, transfer_group, created_at DESC, id DESC) WHERE (transfer_group IS NOT NULL);
CREATE INDEX intent_by_time ON payments.intent USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX intent_due ON payments.intent USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX intent_operation ON payments.intent USING btree (operation_id) WHERE (next_attempt_at IS NOT NULL);
CREATE UNIQUE INDEX one_open_resolution ON payments.resolution USING btree (tenant, subject, COALESCE(advice, ''::text)) WHERE (state = ANY (ARRAY['proposed'::text, 'confirmed'::text]));
CREATE INDEX refund_by_charge ON payments.refund USING btree (charge, created_at DESC, id DESC);
CREATE INDEX refund_by_intent ON payments.refund USING btree (intent, created_at DESC, id DESC);
CREATE INDEX refund_by_time ON payments.refund USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX refund_due ON payments.refund USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX refused_advice_by_time ON payments.refused_advice USING btree (tenant, at, intent);
CREATE INDEX refused_advice_open ON payments.refused_advice USING btree (charge) WHERE (resolution IS NULL);
CREATE INDEX resolution_by_time ON payments.resolution USING btree (tenant, proposed_at DESC, id DESC);
CREATE INDEX resolution_to_apply ON payments.resolution USING btree (decided_at) WHERE (state = 'confirmed'::text);
CREATE INDEX resolution_to_expire ON payments.resolution USING btree (expires_at) WHERE (state = 'proposed'::text);
CREATE INDEX search_document_by_amount ON payments.search_document USING btree (kind, tenant, amount);
CREATE INDEX search_document_by_term ON payments.search_document USING gin (terms);
CREATE INDEX search_document_by_time ON payments.search_document USING btree (kind, tenant, created_at DESC, id DESC);
CREATE INDEX setup_intent_by_authentication ON payments.setup_intent USING btree (authentication_id) WHERE (authentication_id IS NOT NULL);
CREATE INDEX setup_intent_by_customer ON payments.setup_intent USING btree (customer, created_at DESC, id DESC) WHERE (customer IS NOT NULL);
CREATE INDEX setup_intent_by_payment_method ON payments.setup_intent USING btree (payment_method, created_at DESC, id DESC) WHERE (payment_method IS NOT NULL);
CREATE INDEX setup_intent_by_time ON payments.setup_intent USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX setup_intent_due ON payments.setup_intent USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);

-- Functions

CREATE OR REPLACE FUNCTION payments.intent_rules(i payments.intent)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
DECLARE
  broken constant text := CASE
    WHEN i.status NOT IN (
      'requires_payment_method', 'requires_confirmation', 'requires_action',
      'processing', 'requires_capture', 'canceled', 'succeeded') THEN 'status_is_known'
    WHEN i.phase NOT IN ('authorising', 'incrementing', 'capturing', 'releasing') THEN 'phase_is_known'
    WHEN i.capture_method NOT IN ('automatic', 'manual') THEN 'capture_method_is_known'
    WHEN i.confirmation_method NOT IN ('automatic', 'manual') THEN 'confirmation_method_is_known'
    WHEN i.request_three_d_secure NOT IN ('automatic', 'any') THEN 'three_d_secure_is_known'
    WHEN i.setup_future_usage NOT IN ('on_session', 'off_session') THEN 'usage_is_known'
    WHEN i.automatic_payment_methods NOT IN ('always', 'never') THEN 'automatic_methods_are_known'
    WHEN NOT i.amount > 0 THEN 'amount_is_positive'
    WHEN i.amount_capturable NOT BETWEEN 0 AND i.amount THEN 'capturable_within_amount'
    WHEN NOT i.maximum_capturable >= i.amount THEN 'cap_is_no_less_than_amount'
    WHEN i.amount_received NOT BETWEEN 0 AND coalesce(i.maximum_capturable, i.amount)
      THEN 'received_within_cap'
    WHEN i.capture_amount NOT BETWEEN 1 AND coalesce(i.maximum_capturable, i.amount) - i.amount_received
      THEN 'capture_within_cap'
    WHEN NOT jsonb_array_length(i.increments) <= 10 THEN 'increments_are_few'
    WHEN (i.status = 'processing') <> (i.phase IS NOT NULL) THEN 'in_work_has_a_phase'
    WHEN (i.status = 'processing') <> (i.next_attempt_at IS NOT NULL) THEN 'in_work_is_due'
    WHEN i.status = 'processing' AND (i.operation_id IS NULL OR i.operation_at IS NULL)
      THEN 'in_work_has_an_operation'
    WHEN i.phase = 'capturing' AND i.capture_amount IS NULL THEN 'capture_is_reserved'
  END;
BEGIN
  IF broken IS NULL THEN
    RETURN true;
  END IF;
  RAISE check_violation USING SCHEMA = 'payments', TABLE = 'intent', CONSTRAINT = broken,
    MESSAGE = format('new row for relation "intent" violates check constraint "%s"', broken);
END
$function$
;

-- Grants

GRANT USAGE ON SCHEMA payments TO payments_app;
GRANT USAGE ON SCHEMA payments TO relay;
GRANT USAGE ON SCHEMA payments TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.balance_total TO payments_app;
GRANT INSERT, SELECT ON TABLE payments.balance_transaction TO payments_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.charge TO payments_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.command TO payments_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE payments.command TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.cursor TO payments_app;
GRANT SELECT ON TABLE payments.cursor TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.customer TO payments_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.intent TO payments_app;
GRANT EXECUTE ON FUNCTION payments.intent_rules(payments.intent) TO payments_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE payments.outbox TO payments_app;
GRANT SELECT ON TABLE payments.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE payments.outbox TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.refund TO payments_app;
GRANT INSERT, SELECT, UPDATE (resolution) ON TABLE payments.refused_advice TO payments_app;
GRANT INSERT, SELECT, UPDATE (decided_at), UPDATE (decided_by), UPDATE (decision_reason), UPDATE (settled_at), UPDATE (state) ON TABLE payments.resolution TO payments_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE payments.search_document TO payments_app;
GRANT INSERT, SELECT, UPDATE ON TABLE payments.setup_intent TO payments_app;
