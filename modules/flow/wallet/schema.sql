-- The schema wallet as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA wallet AUTHORIZATION wallet_owner;

-- Tables

CREATE TABLE wallet.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE wallet.cursor (
  cursor text NOT NULL,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);

CREATE TABLE wallet.limit_use (
  wallet text NOT NULL,
  currency text NOT NULL,
  balance_bound numeric(39,0) NOT NULL,
  day date NOT NULL,
  day_used numeric(39,0) NOT NULL,
  month date NOT NULL,
  month_used numeric(39,0) NOT NULL,
  year date NOT NULL,
  year_used numeric(39,0) NOT NULL
);

CREATE TABLE wallet.operation (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  kind text NOT NULL,
  wallet text NOT NULL,
  counterparty text,
  currency text NOT NULL,
  amount numeric(39,0) NOT NULL,
  status text NOT NULL,
  moving_to text,
  due_at timestamp with time zone,
  attempts integer NOT NULL,
  failure text,
  missing numeric(39,0),
  note text,
  payment_intent text,
  charge text,
  captured numeric(39,0) NOT NULL,
  refunded numeric(39,0) NOT NULL,
  destination text,
  reference text,
  approved_by text,
  paid_by text,
  decision_reason text,
  expires_at timestamp with time zone,
  tag numeric(39,0),
  customer text,
  receipt_email text
);

CREATE TABLE wallet.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE wallet.tier_limit (
  tier text NOT NULL,
  currency text NOT NULL,
  effective_from timestamp with time zone NOT NULL,
  balance_max numeric(39,0) NOT NULL,
  transaction_max numeric(39,0) NOT NULL,
  day_max numeric(39,0),
  month_max numeric(39,0),
  year_max numeric(39,0),
  source text NOT NULL,
  verified boolean NOT NULL
);

CREATE TABLE wallet.wallet (
  id text NOT NULL,
  tenant text NOT NULL,
  person text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  tier text NOT NULL,
  status text NOT NULL
);

-- Constraints

ALTER TABLE wallet.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE wallet.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE wallet.cursor ADD CONSTRAINT cursor_pkey PRIMARY KEY (cursor);
ALTER TABLE wallet.limit_use ADD CONSTRAINT limit_use_day_used_check CHECK ((day_used >= (0)::numeric));
ALTER TABLE wallet.limit_use ADD CONSTRAINT limit_use_month_used_check CHECK ((month_used >= (0)::numeric));
ALTER TABLE wallet.limit_use ADD CONSTRAINT limit_use_pkey PRIMARY KEY (wallet, currency);
ALTER TABLE wallet.limit_use ADD CONSTRAINT limit_use_wallet_fkey FOREIGN KEY (wallet) REFERENCES wallet.wallet(id);
ALTER TABLE wallet.limit_use ADD CONSTRAINT limit_use_year_used_check CHECK ((year_used >= (0)::numeric));
ALTER TABLE wallet.operation ADD CONSTRAINT a_send_has_two_sides CHECK (((kind = 'send'::text) = (counterparty IS NOT NULL)));
ALTER TABLE wallet.operation ADD CONSTRAINT in_work_is_due CHECK (((moving_to IS NULL) = (due_at IS NULL)));
ALTER TABLE wallet.operation ADD CONSTRAINT never_more_back_than_taken CHECK ((refunded <= captured));
ALTER TABLE wallet.operation ADD CONSTRAINT only_what_opens_is_kept CHECK ((((status = 'pending'::text) AND (payment_intent IS NULL)) OR ((customer IS NULL) AND (receipt_email IS NULL))));
ALTER TABLE wallet.operation ADD CONSTRAINT operation_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE wallet.operation ADD CONSTRAINT operation_captured_check CHECK ((captured >= (0)::numeric));
ALTER TABLE wallet.operation ADD CONSTRAINT operation_command_id_key UNIQUE (command_id);
ALTER TABLE wallet.operation ADD CONSTRAINT operation_counterparty_fkey FOREIGN KEY (counterparty) REFERENCES wallet.wallet(id);
ALTER TABLE wallet.operation ADD CONSTRAINT operation_kind_check CHECK ((kind = ANY (ARRAY['top_up'::text, 'send'::text, 'payment'::text, 'withdrawal'::text])));
ALTER TABLE wallet.operation ADD CONSTRAINT operation_pkey PRIMARY KEY (id);
ALTER TABLE wallet.operation ADD CONSTRAINT operation_refunded_check CHECK ((refunded >= (0)::numeric));
ALTER TABLE wallet.operation ADD CONSTRAINT operation_wallet_fkey FOREIGN KEY (wallet) REFERENCES wallet.wallet(id);
ALTER TABLE wallet.operation ADD CONSTRAINT sides_differ CHECK ((counterparty <> wallet));
ALTER TABLE wallet.operation ADD CONSTRAINT two_people_pay CHECK ((paid_by <> approved_by));
ALTER TABLE wallet.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE wallet.tier_limit ADD CONSTRAINT tier_limit_balance_max_check CHECK ((balance_max >= (0)::numeric));
ALTER TABLE wallet.tier_limit ADD CONSTRAINT tier_limit_day_max_check CHECK ((day_max >= (0)::numeric));
ALTER TABLE wallet.tier_limit ADD CONSTRAINT tier_limit_month_max_check CHECK ((month_max >= (0)::numeric));
ALTER TABLE wallet.tier_limit ADD CONSTRAINT tier_limit_pkey PRIMARY KEY (tier, currency, effective_from);
ALTER TABLE wallet.tier_limit ADD CONSTRAINT tier_limit_transaction_max_check CHECK ((transaction_max >= (0)::numeric));
ALTER TABLE wallet.tier_limit ADD CONSTRAINT tier_limit_year_max_check CHECK ((year_max >= (0)::numeric));
ALTER TABLE wallet.wallet ADD CONSTRAINT wallet_of_a_person UNIQUE (tenant, person);
ALTER TABLE wallet.wallet ADD CONSTRAINT wallet_pkey PRIMARY KEY (id);
ALTER TABLE wallet.wallet ADD CONSTRAINT wallet_status_check CHECK ((status = ANY (ARRAY['active'::text, 'frozen'::text])));

-- Indexes

CREATE INDEX operation_by_counterparty ON wallet.operation USING btree (counterparty, created_at DESC, id DESC) WHERE (counterparty IS NOT NULL);
CREATE INDEX operation_by_intent ON wallet.operation USING btree (payment_intent) WHERE (payment_intent IS NOT NULL);
CREATE INDEX operation_by_tag ON wallet.operation USING btree (tag) WHERE (tag IS NOT NULL);
CREATE INDEX operation_by_time ON wallet.operation USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX operation_by_wallet ON wallet.operation USING btree (wallet, created_at DESC, id DESC);
CREATE INDEX operation_due ON wallet.operation USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX wallet_by_time ON wallet.wallet USING btree (tenant, created_at DESC, id DESC);

-- Grants

GRANT USAGE ON SCHEMA wallet TO relay;
GRANT USAGE ON SCHEMA wallet TO upkeep_app;
GRANT USAGE ON SCHEMA wallet TO wallet_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE wallet.command TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE wallet.command TO wallet_app;
GRANT SELECT ON TABLE wallet.cursor TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE wallet.cursor TO wallet_app;
GRANT INSERT, SELECT, UPDATE ON TABLE wallet.limit_use TO wallet_app;
GRANT INSERT, SELECT, UPDATE ON TABLE wallet.operation TO wallet_app;
GRANT SELECT ON TABLE wallet.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE wallet.outbox TO upkeep_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE wallet.outbox TO wallet_app;
GRANT INSERT, SELECT ON TABLE wallet.tier_limit TO wallet_app;
GRANT INSERT, SELECT, UPDATE ON TABLE wallet.wallet TO wallet_app;
