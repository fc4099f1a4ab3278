-- The schema checkout as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA checkout AUTHORIZATION checkout_owner;

-- Tables

CREATE TABLE checkout.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE checkout.cursor (
  cursor text NOT NULL,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);

CREATE TABLE checkout.link (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  active boolean NOT NULL,
  currency text NOT NULL,
  lines jsonb NOT NULL,
  after_completion jsonb NOT NULL,
  allow_promotion_codes boolean NOT NULL,
  customer_creation text NOT NULL,
  inactive_message text,
  submit_type text NOT NULL,
  intent_data jsonb NOT NULL,
  metadata jsonb NOT NULL,
  completed_sessions_limit integer,
  completed_sessions integer NOT NULL,
  places_taken integer NOT NULL,
  collects jsonb
);

CREATE TABLE checkout.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE checkout.session (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  mode text NOT NULL,
  status text NOT NULL,
  payment_status text NOT NULL,
  currency text,
  amount_total numeric(39,0) NOT NULL,
  lines jsonb NOT NULL,
  customer text,
  customer_email text,
  customer_creation text NOT NULL,
  payer jsonb,
  client_reference_id text,
  success_url text,
  cancel_url text,
  submit_type text,
  locale text,
  metadata jsonb NOT NULL,
  payment_intent text,
  intent_data jsonb NOT NULL,
  payment_link text,
  expires_at timestamp with time zone NOT NULL,
  begun_at timestamp with time zone,
  holds_place boolean NOT NULL,
  due_at timestamp with time zone,
  setup_intent text,
  saved_cards jsonb,
  person text,
  kept_card text,
  collects jsonb,
  is_mall_order boolean NOT NULL
);

-- Constraints

ALTER TABLE checkout.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE checkout.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE checkout.cursor ADD CONSTRAINT cursor_pkey PRIMARY KEY (cursor);
ALTER TABLE checkout.link ADD CONSTRAINT completed_have_a_place CHECK (((completed_sessions >= 0) AND (completed_sessions <= places_taken)));
ALTER TABLE checkout.link ADD CONSTRAINT link_completed_sessions_limit_check CHECK ((completed_sessions_limit > 0));
ALTER TABLE checkout.link ADD CONSTRAINT link_customer_creation_check CHECK ((customer_creation = ANY (ARRAY['always'::text, 'if_required'::text])));
ALTER TABLE checkout.link ADD CONSTRAINT link_pkey PRIMARY KEY (id);
ALTER TABLE checkout.link ADD CONSTRAINT never_more_than_the_limit CHECK ((places_taken <= completed_sessions_limit));
ALTER TABLE checkout.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE checkout.session ADD CONSTRAINT intent_was_begun CHECK (((payment_intent IS NULL) OR (begun_at IS NOT NULL)));
ALTER TABLE checkout.session ADD CONSTRAINT open_is_due CHECK (((status = 'open'::text) = (due_at IS NOT NULL)));
ALTER TABLE checkout.session ADD CONSTRAINT open_is_not_paid CHECK (((status = 'complete'::text) OR (payment_status <> 'paid'::text)));
ALTER TABLE checkout.session ADD CONSTRAINT payment_has_a_currency CHECK (((mode = 'setup'::text) OR (currency IS NOT NULL)));
ALTER TABLE checkout.session ADD CONSTRAINT person_has_a_customer CHECK (((person IS NULL) OR (customer IS NOT NULL)));
ALTER TABLE checkout.session ADD CONSTRAINT place_of_a_link CHECK (((NOT holds_place) OR (payment_link IS NOT NULL)));
ALTER TABLE checkout.session ADD CONSTRAINT session_amount_total_check CHECK ((amount_total >= (0)::numeric));
ALTER TABLE checkout.session ADD CONSTRAINT session_command_id_key UNIQUE (command_id);
ALTER TABLE checkout.session ADD CONSTRAINT session_customer_creation_check CHECK ((customer_creation = ANY (ARRAY['always'::text, 'if_required'::text])));
ALTER TABLE checkout.session ADD CONSTRAINT session_mode_check CHECK ((mode = ANY (ARRAY['payment'::text, 'setup'::text])));
ALTER TABLE checkout.session ADD CONSTRAINT session_payment_intent_key UNIQUE (payment_intent);
ALTER TABLE checkout.session ADD CONSTRAINT session_payment_link_fkey FOREIGN KEY (payment_link) REFERENCES checkout.link(id);
ALTER TABLE checkout.session ADD CONSTRAINT session_payment_status_check CHECK ((payment_status = ANY (ARRAY['unpaid'::text, 'paid'::text, 'no_payment_required'::text])));
ALTER TABLE checkout.session ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE checkout.session ADD CONSTRAINT session_setup_intent_key UNIQUE (setup_intent);
ALTER TABLE checkout.session ADD CONSTRAINT session_status_check CHECK ((status = ANY (ARRAY['open'::text, 'complete'::text, 'expired'::text])));
ALTER TABLE checkout.session ADD CONSTRAINT setup_has_its_intent CHECK (((mode = 'setup'::text) = (setup_intent IS NOT NULL)));
ALTER TABLE checkout.session ADD CONSTRAINT setup_takes_no_money CHECK (((mode = 'payment'::text) OR ((amount_total = (0)::numeric) AND (payment_intent IS NULL))));

-- Indexes

CREATE INDEX link_by_time ON checkout.link USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX session_by_customer ON checkout.session USING btree (tenant, customer, created_at DESC, id DESC) WHERE (customer IS NOT NULL);
CREATE INDEX session_by_email ON checkout.session USING btree (tenant, COALESCE((payer ->> 'email'::text), customer_email), created_at DESC, id DESC);
CREATE INDEX session_by_link ON checkout.session USING btree (tenant, payment_link, created_at DESC, id DESC) WHERE (payment_link IS NOT NULL);
CREATE INDEX session_by_status ON checkout.session USING btree (tenant, status, created_at DESC, id DESC);
CREATE INDEX session_by_time ON checkout.session USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX session_due ON checkout.session USING btree (due_at) WHERE (due_at IS NOT NULL);

-- Grants

GRANT USAGE ON SCHEMA checkout TO checkout_app;
GRANT USAGE ON SCHEMA checkout TO relay;
GRANT USAGE ON SCHEMA checkout TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE checkout.command TO checkout_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE checkout.command TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE checkout.cursor TO checkout_app;
GRANT SELECT ON TABLE checkout.cursor TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE checkout.link TO checkout_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE checkout.outbox TO checkout_app;
GRANT SELECT ON TABLE checkout.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE checkout.outbox TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE checkout.session TO checkout_app;
