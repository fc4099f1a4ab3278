-- The schema webhooks as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA webhooks AUTHORIZATION webhooks_owner;

-- Tables

CREATE TABLE webhooks.attempt (
  endpoint text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL,
  n integer NOT NULL,
  at timestamp with time zone NOT NULL,
  url text NOT NULL,
  duration_ms integer NOT NULL,
  status integer,
  error text,
  response_headers jsonb,
  response_body text
);

CREATE TABLE webhooks.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE webhooks.cursor (
  cursor text NOT NULL,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);

CREATE TABLE webhooks.delivery (
  endpoint text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL,
  tenant text NOT NULL,
  state text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  round_at timestamp with time zone NOT NULL,
  round_attempts integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamp with time zone NOT NULL,
  last_status integer,
  last_error text,
  delivered_at timestamp with time zone,
  claimed_until timestamp with time zone,
  first_at timestamp with time zone,
  first_url text,
  first_duration_ms integer,
  first_status integer,
  first_headers jsonb,
  first_body text
) WITH (fillfactor=60);

CREATE TABLE webhooks.endpoint (
  id text COLLATE "C" NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  url text NOT NULL,
  description text,
  metadata jsonb NOT NULL,
  api_version text,
  enabled_events text[] NOT NULL,
  status text NOT NULL,
  disabled_reason text,
  secret bytea NOT NULL,
  previous_secret bytea,
  previous_until timestamp with time zone,
  failing_since timestamp with time zone
);

CREATE TABLE webhooks.event (
  id text COLLATE "C" NOT NULL,
  tenant text NOT NULL,
  type text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  api_version text NOT NULL,
  livemode boolean NOT NULL,
  data text NOT NULL,
  endpoints integer NOT NULL,
  request jsonb
);

CREATE TABLE webhooks.listener (
  id text COLLATE "C" NOT NULL,
  tenant text NOT NULL,
  device text NOT NULL,
  until timestamp with time zone NOT NULL,
  owed_from text COLLATE "C" NOT NULL,
  heard text[] COLLATE "C" NOT NULL
);

CREATE TABLE webhooks.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE webhooks.set_aside (
  id text COLLATE "C" NOT NULL,
  source text NOT NULL,
  seq bigint NOT NULL,
  tenant text NOT NULL,
  type text NOT NULL,
  aggregate_id text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL,
  reason text NOT NULL,
  set_aside_at timestamp with time zone NOT NULL
);

-- Constraints

ALTER TABLE webhooks.attempt ADD CONSTRAINT attempt_pkey PRIMARY KEY (endpoint, event, n);
ALTER TABLE webhooks.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE webhooks.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE webhooks.cursor ADD CONSTRAINT cursor_pkey PRIMARY KEY (cursor);
ALTER TABLE webhooks.delivery ADD CONSTRAINT delivery_check CHECK ((num_nulls(first_at, first_url, first_duration_ms, first_status) = ANY (ARRAY[0, 4])));
ALTER TABLE webhooks.delivery ADD CONSTRAINT delivery_pkey PRIMARY KEY (endpoint, event);
ALTER TABLE webhooks.delivery ADD CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'given_up'::text])));
ALTER TABLE webhooks.endpoint ADD CONSTRAINT endpoint_check CHECK (((previous_secret IS NULL) = (previous_until IS NULL)));
ALTER TABLE webhooks.endpoint ADD CONSTRAINT endpoint_check1 CHECK (((disabled_reason IS NULL) = (status <> 'disabled'::text)));
ALTER TABLE webhooks.endpoint ADD CONSTRAINT endpoint_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['owner'::text, 'failing'::text])));
ALTER TABLE webhooks.endpoint ADD CONSTRAINT endpoint_enabled_events_check CHECK ((cardinality(enabled_events) > 0));
ALTER TABLE webhooks.endpoint ADD CONSTRAINT endpoint_pkey PRIMARY KEY (id);
ALTER TABLE webhooks.endpoint ADD CONSTRAINT endpoint_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'disabled'::text, 'deleted'::text])));
ALTER TABLE webhooks.event ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE webhooks.listener ADD CONSTRAINT listener_pkey PRIMARY KEY (id);
ALTER TABLE webhooks.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE webhooks.set_aside ADD CONSTRAINT set_aside_pkey PRIMARY KEY (id);

-- Indexes

CREATE INDEX delivery_due ON webhooks.delivery USING btree (endpoint, next_at) WHERE (state = 'pending'::text);
CREATE INDEX delivery_undelivered ON webhooks.delivery USING btree (endpoint, event DESC) WHERE (state <> 'delivered'::text);
CREATE INDEX endpoint_by_time ON webhooks.endpoint USING btree (tenant, created_at DESC, id DESC) WHERE (status <> 'deleted'::text);
CREATE INDEX event_of_object ON webhooks.event USING btree (tenant, split_part("left"(data, 100), '"'::text, 6), id DESC);
CREATE INDEX event_of_tenant ON webhooks.event USING btree (tenant, id DESC);
CREATE INDEX event_of_type ON webhooks.event USING btree (tenant, type, id DESC);
CREATE INDEX listener_by_end ON webhooks.listener USING btree (until);
CREATE INDEX listener_of_device ON webhooks.listener USING btree (tenant, device, until);
CREATE INDEX set_aside_of_tenant ON webhooks.set_aside USING btree (tenant, id);

-- Grants

GRANT USAGE ON SCHEMA webhooks TO relay;
GRANT USAGE ON SCHEMA webhooks TO upkeep_app;
GRANT USAGE ON SCHEMA webhooks TO webhooks_app;
GRANT DELETE, INSERT, SELECT ON TABLE webhooks.attempt TO webhooks_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE webhooks.command TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE webhooks.command TO webhooks_app;
GRANT SELECT ON TABLE webhooks.cursor TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE webhooks.cursor TO webhooks_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE webhooks.delivery TO webhooks_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE webhooks.endpoint TO webhooks_app;
GRANT DELETE, INSERT, SELECT ON TABLE webhooks.event TO webhooks_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE webhooks.listener TO webhooks_app;
GRANT SELECT ON TABLE webhooks.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE webhooks.outbox TO upkeep_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE webhooks.outbox TO webhooks_app;
GRANT DELETE, INSERT, SELECT ON TABLE webhooks.set_aside TO webhooks_app;
