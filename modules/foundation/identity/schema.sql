-- The schema identity as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA identity AUTHORIZATION identity_owner;

-- Tables

CREATE TABLE identity.api_key (
  id text NOT NULL,
  tenant text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  hint text NOT NULL,
  hash bytea NOT NULL,
  salt bytea,
  successor_of text,
  command_id text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  permissions jsonb,
  daily_quota integer,
  origins text[] NOT NULL DEFAULT '{}'::text[]
);

CREATE TABLE identity.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE identity.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

-- Constraints

ALTER TABLE identity.api_key ADD CONSTRAINT api_key_daily_quota_check CHECK ((daily_quota > 0));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_hash_check CHECK ((octet_length(hash) = 32));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_hash_key UNIQUE (hash);
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_kind_check CHECK ((kind = ANY (ARRAY['secret'::text, 'restricted'::text, 'publishable'::text, 'operator'::text])));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_salt_check CHECK ((octet_length(salt) = 32));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_successor_of_fkey FOREIGN KEY (successor_of) REFERENCES identity.api_key(id);
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_tenant_command_id_key UNIQUE (tenant, command_id);
ALTER TABLE identity.api_key ADD CONSTRAINT origins_of_publishable_key CHECK (((kind = 'publishable'::text) OR (origins = '{}'::text[])));
ALTER TABLE identity.api_key ADD CONSTRAINT restricted_key_has_permissions CHECK (((kind = 'restricted'::text) = (permissions IS NOT NULL)));
ALTER TABLE identity.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE identity.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE identity.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);

-- Indexes

CREATE INDEX api_key_salted ON identity.api_key USING btree (created_at) WHERE (salt IS NOT NULL);
CREATE INDEX api_key_tenant ON identity.api_key USING btree (tenant, id DESC);

-- Grants

GRANT USAGE ON SCHEMA identity TO identity_app;
GRANT USAGE ON SCHEMA identity TO relay;
GRANT INSERT, SELECT, UPDATE (expires_at), UPDATE (salt) ON TABLE identity.api_key TO identity_app;
GRANT INSERT, SELECT, UPDATE ON TABLE identity.command TO identity_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE identity.outbox TO identity_app;
GRANT SELECT ON TABLE identity.outbox TO relay;
