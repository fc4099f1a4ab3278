-- The schema accounts as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA accounts AUTHORIZATION accounts_owner;

-- Tables

CREATE TABLE accounts.account (
  id text NOT NULL,
  tenant text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  country text NOT NULL,
  default_currency text NOT NULL,
  email text,
  statement_descriptor text NOT NULL,
  card_payments boolean NOT NULL,
  transfers boolean NOT NULL,
  fee_basis_points integer NOT NULL,
  fee_fixed numeric(39,0) NOT NULL,
  command_id text NOT NULL,
  created_at timestamp with time zone NOT NULL
);

CREATE TABLE accounts.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE accounts.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

-- Constraints

ALTER TABLE accounts.account ADD CONSTRAINT account_check CHECK (((kind = 'platform'::text) = (tenant = id)));
ALTER TABLE accounts.account ADD CONSTRAINT account_command_id_key UNIQUE (command_id);
ALTER TABLE accounts.account ADD CONSTRAINT account_country_check CHECK ((country ~ '^[A-Z]{2}$'::text));
ALTER TABLE accounts.account ADD CONSTRAINT account_default_currency_check CHECK ((default_currency ~ '^[a-z]{3}$'::text));
ALTER TABLE accounts.account ADD CONSTRAINT account_fee_basis_points_check CHECK (((fee_basis_points >= 0) AND (fee_basis_points <= 10000)));
ALTER TABLE accounts.account ADD CONSTRAINT account_fee_fixed_check CHECK ((fee_fixed >= (0)::numeric));
ALTER TABLE accounts.account ADD CONSTRAINT account_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE accounts.account ADD CONSTRAINT account_kind_check CHECK ((kind = ANY (ARRAY['platform'::text, 'merchant'::text])));
ALTER TABLE accounts.account ADD CONSTRAINT account_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)));
ALTER TABLE accounts.account ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE accounts.account ADD CONSTRAINT account_statement_descriptor_check CHECK (((length(statement_descriptor) >= 1) AND (length(statement_descriptor) <= 22)));
ALTER TABLE accounts.account ADD CONSTRAINT account_tenant_fkey FOREIGN KEY (tenant) REFERENCES accounts.account(id);
ALTER TABLE accounts.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE accounts.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE accounts.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);

-- Indexes

CREATE INDEX account_by_time ON accounts.account USING btree (tenant, created_at DESC, id DESC);

-- Grants

GRANT USAGE ON SCHEMA accounts TO accounts_app;
GRANT USAGE ON SCHEMA accounts TO relay;
GRANT USAGE ON SCHEMA accounts TO upkeep_app;
GRANT INSERT, SELECT ON TABLE accounts.account TO accounts_app;
GRANT INSERT, SELECT, UPDATE ON TABLE accounts.command TO accounts_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE accounts.outbox TO accounts_app;
GRANT SELECT ON TABLE accounts.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE accounts.outbox TO upkeep_app;
