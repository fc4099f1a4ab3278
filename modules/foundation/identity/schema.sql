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
  origins text[] NOT NULL DEFAULT '{}'::text[],
  owner text
);

CREATE TABLE identity.challenge (
  id text NOT NULL,
  tenant text NOT NULL,
  kind text NOT NULL,
  purpose text NOT NULL,
  email text NOT NULL,
  locale text NOT NULL,
  salt bytea NOT NULL,
  tried bytea[] NOT NULL DEFAULT '{}'::bytea[],
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone
);

CREATE TABLE identity.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE identity.membership (
  person_id text NOT NULL,
  role text NOT NULL,
  account text NOT NULL,
  granted_at timestamp with time zone NOT NULL
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

CREATE TABLE identity.person (
  id text NOT NULL,
  tenant text NOT NULL,
  email text NOT NULL,
  display_name text NOT NULL,
  locale text NOT NULL,
  handle text NOT NULL,
  created_at timestamp with time zone NOT NULL
);

CREATE TABLE identity.session (
  id text NOT NULL,
  tenant text NOT NULL,
  subject text NOT NULL,
  person_id text,
  role text NOT NULL,
  locale text NOT NULL,
  hash bytea NOT NULL,
  salt bytea,
  token_command text NOT NULL,
  token_at timestamp with time zone NOT NULL,
  previous_hash bytea,
  challenge_id text,
  ip text NOT NULL,
  user_agent text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  authenticated_at timestamp with time zone,
  seen_at timestamp with time zone NOT NULL,
  idle_seconds integer NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone
);

CREATE TABLE identity.sign_in_allowance (
  tenant text NOT NULL,
  email text NOT NULL,
  day date NOT NULL,
  used integer NOT NULL,
  network text NOT NULL
);

-- Constraints

ALTER TABLE identity.api_key ADD CONSTRAINT api_key_daily_quota_check CHECK ((daily_quota > 0));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_hash_check CHECK ((octet_length(hash) = 32));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_hash_key UNIQUE (hash);
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_kind_check CHECK ((kind = ANY (ARRAY['secret'::text, 'restricted'::text, 'publishable'::text, 'operator'::text])));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_owner_fkey FOREIGN KEY (owner) REFERENCES identity.person(id);
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_salt_check CHECK ((octet_length(salt) = 32));
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_successor_of_fkey FOREIGN KEY (successor_of) REFERENCES identity.api_key(id);
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_tenant_command_id_key UNIQUE (tenant, command_id);
ALTER TABLE identity.api_key ADD CONSTRAINT origins_of_publishable_key CHECK (((kind = 'publishable'::text) OR (origins = '{}'::text[])));
ALTER TABLE identity.api_key ADD CONSTRAINT owner_of_operator_key CHECK (((kind = 'operator'::text) OR (owner IS NULL)));
ALTER TABLE identity.api_key ADD CONSTRAINT restricted_key_has_permissions CHECK (((kind = 'restricted'::text) = (permissions IS NOT NULL)));
ALTER TABLE identity.challenge ADD CONSTRAINT challenge_kind_check CHECK ((kind = 'email_code'::text));
ALTER TABLE identity.challenge ADD CONSTRAINT challenge_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'zh'::text])));
ALTER TABLE identity.challenge ADD CONSTRAINT challenge_pkey PRIMARY KEY (id);
ALTER TABLE identity.challenge ADD CONSTRAINT challenge_purpose_check CHECK ((purpose = ANY (ARRAY['shopper'::text, 'merchant'::text, 'operator'::text])));
ALTER TABLE identity.challenge ADD CONSTRAINT challenge_salt_check CHECK ((octet_length(salt) = 32));
ALTER TABLE identity.challenge ADD CONSTRAINT challenge_tried_check CHECK ((cardinality(tried) <= 5));
ALTER TABLE identity.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE identity.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE identity.membership ADD CONSTRAINT membership_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.person(id);
ALTER TABLE identity.membership ADD CONSTRAINT membership_pkey PRIMARY KEY (person_id, role, account);
ALTER TABLE identity.membership ADD CONSTRAINT membership_role_check CHECK ((role = ANY (ARRAY['shopper'::text, 'merchant'::text, 'operator'::text])));
ALTER TABLE identity.membership ADD CONSTRAINT merchant_has_account CHECK (((role = 'merchant'::text) = (account <> ''::text)));
ALTER TABLE identity.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE identity.person ADD CONSTRAINT person_display_name_check CHECK ((length(display_name) <= 80));
ALTER TABLE identity.person ADD CONSTRAINT person_email UNIQUE (tenant, email);
ALTER TABLE identity.person ADD CONSTRAINT person_email_check CHECK ((((length(email) >= 3) AND (length(email) <= 254)) AND (email = lower(email))));
ALTER TABLE identity.person ADD CONSTRAINT person_handle UNIQUE (tenant, handle);
ALTER TABLE identity.person ADD CONSTRAINT person_handle_check CHECK ((handle ~ '^[a-z][a-z0-9_]{2,29}$'::text));
ALTER TABLE identity.person ADD CONSTRAINT person_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'zh'::text])));
ALTER TABLE identity.person ADD CONSTRAINT person_pkey PRIMARY KEY (id);
ALTER TABLE identity.session ADD CONSTRAINT guest_is_nobody CHECK (((role = 'guest'::text) = (person_id IS NULL)));
ALTER TABLE identity.session ADD CONSTRAINT person_has_proved CHECK (((person_id IS NULL) = (authenticated_at IS NULL)));
ALTER TABLE identity.session ADD CONSTRAINT session_challenge_id_key UNIQUE (challenge_id);
ALTER TABLE identity.session ADD CONSTRAINT session_hash_check CHECK ((octet_length(hash) = 32));
ALTER TABLE identity.session ADD CONSTRAINT session_hash_key UNIQUE (hash);
ALTER TABLE identity.session ADD CONSTRAINT session_idle_seconds_check CHECK ((idle_seconds > 0));
ALTER TABLE identity.session ADD CONSTRAINT session_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'zh'::text])));
ALTER TABLE identity.session ADD CONSTRAINT session_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.person(id);
ALTER TABLE identity.session ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE identity.session ADD CONSTRAINT session_role_check CHECK ((role = ANY (ARRAY['guest'::text, 'shopper'::text, 'merchant'::text, 'operator'::text])));
ALTER TABLE identity.session ADD CONSTRAINT session_salt_check CHECK ((octet_length(salt) = 32));
ALTER TABLE identity.session ADD CONSTRAINT session_token_command UNIQUE (tenant, token_command);
ALTER TABLE identity.session ADD CONSTRAINT session_user_agent_check CHECK ((length(user_agent) <= 200));
ALTER TABLE identity.session ADD CONSTRAINT subject_is_person CHECK (((person_id IS NULL) OR (subject = person_id)));
ALTER TABLE identity.sign_in_allowance ADD CONSTRAINT sign_in_allowance_pkey PRIMARY KEY (tenant, email, day, network);
ALTER TABLE identity.sign_in_allowance ADD CONSTRAINT sign_in_allowance_used_check CHECK ((used > 0));

-- Indexes

CREATE INDEX api_key_salted ON identity.api_key USING btree (created_at) WHERE (salt IS NOT NULL);
CREATE INDEX api_key_tenant ON identity.api_key USING btree (tenant, id DESC);
CREATE INDEX challenge_old ON identity.challenge USING btree (created_at);
CREATE INDEX session_ended ON identity.session USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX session_of_person ON identity.session USING btree (person_id) WHERE (ended_at IS NULL);
CREATE INDEX session_old ON identity.session USING btree (expires_at);
CREATE INDEX session_salted ON identity.session USING btree (token_at) WHERE (salt IS NOT NULL);
CREATE INDEX sign_in_allowance_old ON identity.sign_in_allowance USING btree (day);

-- Grants

GRANT USAGE ON SCHEMA identity TO identity_app;
GRANT USAGE ON SCHEMA identity TO relay;
GRANT USAGE ON SCHEMA identity TO upkeep_app;
GRANT INSERT, SELECT, UPDATE (expires_at), UPDATE (salt) ON TABLE identity.api_key TO identity_app;
GRANT DELETE, INSERT, SELECT, UPDATE (tried), UPDATE (used_at) ON TABLE identity.challenge TO identity_app;
GRANT INSERT, SELECT, UPDATE ON TABLE identity.command TO identity_app;
GRANT DELETE, INSERT, SELECT ON TABLE identity.membership TO identity_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE identity.outbox TO identity_app;
GRANT SELECT ON TABLE identity.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE identity.outbox TO upkeep_app;
GRANT INSERT, SELECT, UPDATE (display_name), UPDATE (handle), UPDATE (locale) ON TABLE identity.person TO identity_app;
GRANT DELETE, INSERT, SELECT, UPDATE (ended_at), UPDATE (hash), UPDATE (previous_hash), UPDATE (salt), UPDATE (seen_at), UPDATE (token_at), UPDATE (token_command) ON TABLE identity.session TO identity_app;
GRANT DELETE, INSERT, SELECT, UPDATE (used) ON TABLE identity.sign_in_allowance TO identity_app;
