-- The schema risk as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA risk AUTHORIZATION risk_owner;

-- Tables

CREATE TABLE risk.decision (
  id text NOT NULL,
  tenant text NOT NULL,
  command_id text NOT NULL,
  payment text NOT NULL,
  at timestamp with time zone NOT NULL,
  action text NOT NULL,
  score integer NOT NULL,
  reasons jsonb NOT NULL,
  subject jsonb NOT NULL,
  features jsonb NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  card_fingerprint text NOT NULL,
  customer text,
  ip text
);

CREATE TABLE risk.list_entry (
  id text NOT NULL,
  tenant text NOT NULL,
  list text NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  reason text NOT NULL,
  created_at timestamp with time zone NOT NULL
);

CREATE TABLE risk.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE risk.outcome (
  tenant text NOT NULL,
  payment text NOT NULL,
  outcome text NOT NULL,
  at timestamp with time zone NOT NULL
);

-- Constraints

ALTER TABLE risk.decision ADD CONSTRAINT decision_action_check CHECK ((action = ANY (ARRAY['allow'::text, 'step_up'::text, 'review'::text, 'refuse'::text])));
ALTER TABLE risk.decision ADD CONSTRAINT decision_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE risk.decision ADD CONSTRAINT decision_once UNIQUE (command_id, tenant);
ALTER TABLE risk.decision ADD CONSTRAINT decision_pkey PRIMARY KEY (id);
ALTER TABLE risk.decision ADD CONSTRAINT decision_score_check CHECK (((score >= 0) AND (score <= 100)));
ALTER TABLE risk.list_entry ADD CONSTRAINT list_entry_id_key UNIQUE (id);
ALTER TABLE risk.list_entry ADD CONSTRAINT list_entry_kind_check CHECK ((kind = ANY (ARRAY['card'::text, 'customer'::text, 'email'::text, 'ip'::text, 'bin'::text, 'country'::text])));
ALTER TABLE risk.list_entry ADD CONSTRAINT list_entry_list_check CHECK ((list = ANY (ARRAY['block'::text, 'allow'::text])));
ALTER TABLE risk.list_entry ADD CONSTRAINT list_entry_pkey PRIMARY KEY (tenant, kind, value, list);
ALTER TABLE risk.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE risk.outcome ADD CONSTRAINT outcome_pkey PRIMARY KEY (tenant, payment, outcome, at);

-- Indexes

CREATE INDEX decision_by_card ON risk.decision USING btree (card_fingerprint, tenant, at DESC);
CREATE INDEX decision_by_customer ON risk.decision USING btree (customer, tenant, at DESC) WHERE (customer IS NOT NULL);
CREATE INDEX decision_by_ip ON risk.decision USING btree (ip, tenant, at DESC) WHERE (ip IS NOT NULL);

-- Grants

GRANT USAGE ON SCHEMA risk TO relay;
GRANT USAGE ON SCHEMA risk TO risk_app;
GRANT USAGE ON SCHEMA risk TO upkeep_app;
GRANT INSERT, SELECT ON TABLE risk.decision TO risk_app;
GRANT DELETE, INSERT, SELECT ON TABLE risk.list_entry TO risk_app;
GRANT SELECT ON TABLE risk.outbox TO relay;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE risk.outbox TO risk_app;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE risk.outbox TO upkeep_app;
GRANT INSERT, SELECT ON TABLE risk.outcome TO risk_app;
