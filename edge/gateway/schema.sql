-- The schema gateway as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA gateway AUTHORIZATION gateway_owner;

-- Tables

CREATE TABLE gateway.given_answer (
  tenant text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  request_id text NOT NULL,
  status integer NOT NULL,
  content_type text NOT NULL,
  at timestamp with time zone NOT NULL,
  sealed bytea NOT NULL
);

CREATE TABLE gateway.quota_use (
  key_id text NOT NULL,
  day date NOT NULL,
  used bigint NOT NULL
);

CREATE TABLE gateway.request_log (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  key_id text NOT NULL,
  method text NOT NULL,
  path text NOT NULL,
  operation text NOT NULL,
  status integer NOT NULL,
  error_code text,
  duration_us integer NOT NULL,
  ip text NOT NULL,
  user_agent text NOT NULL,
  idempotency_key text,
  replayed boolean NOT NULL,
  object_id text,
  request_body text NOT NULL,
  response_body text NOT NULL
);

-- Constraints

ALTER TABLE gateway.given_answer ADD CONSTRAINT given_answer_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)));
ALTER TABLE gateway.given_answer ADD CONSTRAINT given_answer_pkey PRIMARY KEY (tenant, key);
ALTER TABLE gateway.given_answer ADD CONSTRAINT given_answer_sealed_check CHECK ((octet_length(sealed) >= 28));
ALTER TABLE gateway.given_answer ADD CONSTRAINT given_answer_status_check CHECK (((status >= 200) AND (status <= 499)));
ALTER TABLE gateway.quota_use ADD CONSTRAINT quota_use_pkey PRIMARY KEY (key_id, day);
ALTER TABLE gateway.quota_use ADD CONSTRAINT quota_use_used_check CHECK ((used >= 0));
ALTER TABLE gateway.request_log ADD CONSTRAINT request_log_pkey PRIMARY KEY (id);

-- Indexes

CREATE INDEX given_answer_at ON gateway.given_answer USING btree (at);
CREATE INDEX request_log_age ON gateway.request_log USING brin (created_at);
CREATE INDEX request_log_by_object ON gateway.request_log USING btree (tenant, object_id, created_at DESC, id DESC) WHERE (object_id IS NOT NULL);
CREATE INDEX request_log_by_time ON gateway.request_log USING btree (tenant, created_at DESC, id DESC);

-- Grants

GRANT USAGE ON SCHEMA gateway TO gateway_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE gateway.given_answer TO gateway_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE gateway.quota_use TO gateway_app;
GRANT DELETE, INSERT, SELECT ON TABLE gateway.request_log TO gateway_app;
