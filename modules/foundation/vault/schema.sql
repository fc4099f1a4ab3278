-- The schema vault as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA vault AUTHORIZATION vault_owner;

-- Tables

CREATE TABLE vault.card (
  id text NOT NULL,
  tenant text NOT NULL,
  token text NOT NULL,
  brand text NOT NULL,
  bin text NOT NULL,
  last4 text NOT NULL,
  exp_month integer NOT NULL,
  exp_year integer NOT NULL,
  fingerprint text,
  country text NOT NULL,
  funding text NOT NULL,
  key_version integer,
  pan bytea,
  details bytea,
  command_id text NOT NULL,
  request_hash bytea,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL DEFAULT 1,
  customer text,
  detached_at timestamp with time zone,
  used_at timestamp with time zone,
  erased_at timestamp with time zone,
  allow_redisplay text NOT NULL DEFAULT 'unspecified'::text
);

CREATE TABLE vault.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE vault.data_key (
  tenant text NOT NULL,
  version integer NOT NULL,
  kek_version integer NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  rewrapped_at timestamp with time zone
);

CREATE TABLE vault.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE vault.token (
  id text NOT NULL,
  tenant text NOT NULL,
  card text NOT NULL,
  key_version integer,
  terms bytea,
  command_id text NOT NULL,
  request_hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_by text,
  used_for text
);

-- Constraints

ALTER TABLE vault.card ADD CONSTRAINT card_allow_redisplay_check CHECK ((allow_redisplay = ANY (ARRAY['always'::text, 'limited'::text, 'unspecified'::text])));

ALTER TABLE vault.card ADD CONSTRAINT card_bin_check CHECK ((bin ~ '^[0-9]{6}$'::text));

ALTER TABLE vault.card ADD CONSTRAINT card_brand_check CHECK ((brand = ANY (ARRAY['visa'::text, 'mastercard'::text, 'amex'::text, 'diners'::text, 'discover'::text, 'jcb'::text, 'unionpay'::text, 'unknown'::text])));

ALTER TABLE vault.card ADD CONSTRAINT card_country_check CHECK ((country ~ '^[A-Z]{2}$'::text));

ALTER TABLE vault.card ADD CONSTRAINT card_customer_check CHECK (((length(customer) >= 1) AND (length(customer) <= 64)));

ALTER TABLE vault.card ADD CONSTRAINT card_exp_month_check CHECK (((exp_month >= 1) AND (exp_month <= 12)));

ALTER TABLE vault.card ADD CONSTRAINT card_exp_year_check CHECK (((exp_year >= 2000) AND (exp_year <= 2200)));

ALTER TABLE vault.card ADD CONSTRAINT card_fingerprint_check CHECK ((length(fingerprint) = 32));

ALTER TABLE vault.card ADD CONSTRAINT card_funding_check CHECK ((funding = ANY (ARRAY['credit'::text, 'debit'::text, 'prepaid'::text, 'unknown'::text])));

ALTER TABLE vault.card ADD CONSTRAINT card_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));

ALTER TABLE vault.card ADD CONSTRAINT card_last4_check CHECK ((last4 ~ '^[0-9]{4}$'::text));

ALTER TABLE vault.card ADD CONSTRAINT card_pkey PRIMARY KEY (id);

ALTER TABLE vault.card ADD CONSTRAINT card_request_hash_check CHECK ((octet_length(request_hash) = 32));

ALTER TABLE vault.card ADD CONSTRAINT card_tenant_command_id_key UNIQUE (tenant, command_id);

ALTER TABLE vault.card ADD CONSTRAINT card_tenant_key_version_fkey FOREIGN KEY (tenant, key_version) REFERENCES vault.data_key(tenant, version);

ALTER TABLE vault.card ADD CONSTRAINT card_token_check CHECK ((token ~ '^9[0-9]{18}$'::text));

ALTER TABLE vault.card ADD CONSTRAINT card_token_key UNIQUE (token);

ALTER TABLE vault.card ADD CONSTRAINT card_version_check CHECK ((version >= 1));

ALTER TABLE vault.card ADD CONSTRAINT detached_is_nobodys CHECK (((detached_at IS NULL) OR (customer IS NULL)));

ALTER TABLE vault.card ADD CONSTRAINT erased_keeps_nothing CHECK (
CASE
    WHEN (erased_at IS NULL) THEN (num_nulls(pan, details, key_version, fingerprint, request_hash) = 0)
    ELSE (num_nonnulls(pan, details, key_version, fingerprint, request_hash, customer) = 0)
END);

ALTER TABLE vault.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);

ALTER TABLE vault.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);

ALTER TABLE vault.data_key ADD CONSTRAINT data_key_kek_version_check CHECK ((kek_version >= 1));

ALTER TABLE vault.data_key ADD CONSTRAINT data_key_pkey PRIMARY KEY (tenant, version);

ALTER TABLE vault.data_key ADD CONSTRAINT data_key_tenant_check CHECK (((length(tenant) >= 1) AND (length(tenant) <= 64)));

ALTER TABLE vault.data_key ADD CONSTRAINT data_key_version_check CHECK ((version >= 1));

ALTER TABLE vault.data_key ADD CONSTRAINT data_key_wrapped_check CHECK ((octet_length(wrapped) = 60));

ALTER TABLE vault.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);

ALTER TABLE vault.token ADD CONSTRAINT only_used_for_what_used_it CHECK (((used_for IS NULL) OR (used_by IS NOT NULL)));

ALTER TABLE vault.token ADD CONSTRAINT terms_have_a_key CHECK ((num_nulls(key_version, terms) = ANY (ARRAY[0, 2])));

ALTER TABLE vault.token ADD CONSTRAINT token_card_fkey FOREIGN KEY (card) REFERENCES vault.card(id);

ALTER TABLE vault.token ADD CONSTRAINT token_check CHECK ((expires_at > created_at));

ALTER TABLE vault.token ADD CONSTRAINT token_id_check CHECK ((id ~ '^c?tok(en)?_[0-9a-z]{1,58}$'::text));

ALTER TABLE vault.token ADD CONSTRAINT token_pkey PRIMARY KEY (id);

ALTER TABLE vault.token ADD CONSTRAINT token_request_hash_check CHECK ((octet_length(request_hash) = 32));

ALTER TABLE vault.token ADD CONSTRAINT token_tenant_command_id_key UNIQUE (tenant, command_id);

ALTER TABLE vault.token ADD CONSTRAINT token_tenant_key_version_fkey FOREIGN KEY (tenant, key_version) REFERENCES vault.data_key(tenant, version);

ALTER TABLE vault.token ADD CONSTRAINT token_used_for_check CHECK (((length(used_for) >= 1) AND (length(used_for) <= 64)));

-- Indexes

CREATE INDEX card_by_customer ON vault.card USING btree (customer, created_at DESC, id DESC) WHERE (customer IS NOT NULL);
CREATE INDEX card_by_data_key ON vault.card USING btree (tenant, key_version) WHERE (key_version IS NOT NULL);
CREATE INDEX card_by_fingerprint ON vault.card USING btree (fingerprint, created_at DESC, id DESC) WHERE ((detached_at IS NULL) AND (erased_at IS NULL));
CREATE INDEX card_saved ON vault.card USING btree (tenant, created_at DESC, id DESC) WHERE (customer IS NOT NULL);
CREATE INDEX card_unsaved ON vault.card USING btree (COALESCE(detached_at, used_at, created_at)) WHERE ((customer IS NULL) AND (erased_at IS NULL) AND (tenant <> '*'::text));
CREATE INDEX data_key_kek_version ON vault.data_key USING btree (kek_version);
CREATE INDEX token_by_data_key ON vault.token USING btree (tenant, key_version) WHERE (key_version IS NOT NULL);
CREATE INDEX token_by_expiry ON vault.token USING btree (expires_at);

-- Grants

GRANT USAGE ON SCHEMA vault TO relay;
GRANT USAGE ON SCHEMA vault TO upkeep_app;
GRANT USAGE ON SCHEMA vault TO vault_app;
GRANT INSERT, SELECT, UPDATE (allow_redisplay), UPDATE (bin), UPDATE (brand), UPDATE (country), UPDATE (customer), UPDATE (detached_at), UPDATE (details), UPDATE (erased_at), UPDATE (exp_month), UPDATE (exp_year), UPDATE (fingerprint), UPDATE (funding), UPDATE (key_version), UPDATE (last4), UPDATE (pan), UPDATE (request_hash), UPDATE (used_at), UPDATE (version) ON TABLE vault.card TO vault_app;
GRANT INSERT, SELECT, UPDATE ON TABLE vault.command TO vault_app;
GRANT DELETE, INSERT, SELECT, UPDATE (kek_version), UPDATE (rewrapped_at), UPDATE (wrapped) ON TABLE vault.data_key TO vault_app;
GRANT SELECT ON TABLE vault.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE vault.outbox TO upkeep_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE vault.outbox TO vault_app;
GRANT DELETE, INSERT, SELECT, UPDATE (used_by), UPDATE (used_for) ON TABLE vault.token TO vault_app;
