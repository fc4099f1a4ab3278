-- The schema catalogue as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA catalogue AUTHORIZATION catalogue_owner;

-- Tables

CREATE TABLE catalogue.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE catalogue.cursor (
  cursor text NOT NULL,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);

CREATE TABLE catalogue.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE catalogue.price (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  product text NOT NULL,
  active boolean NOT NULL,
  currency text NOT NULL,
  unit_amount_decimal text NOT NULL,
  tax_behavior text NOT NULL,
  currency_options jsonb NOT NULL,
  nickname text,
  lookup_key text,
  metadata jsonb NOT NULL,
  recurring_interval text,
  recurring_count integer
);

CREATE TABLE catalogue.product (
  tenant text NOT NULL,
  id text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  merchant text,
  active boolean NOT NULL,
  type text NOT NULL,
  name text NOT NULL,
  description text,
  images jsonb NOT NULL,
  marketing_features jsonb NOT NULL,
  metadata jsonb NOT NULL,
  default_price text,
  package_dimensions jsonb,
  shippable boolean,
  statement_descriptor text,
  tax_code text,
  unit_label text,
  url text,
  deleted_at timestamp with time zone
);

CREATE TABLE catalogue.search_document (
  id text NOT NULL,
  kind text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  amount numeric(39,0) NOT NULL,
  terms bigint[] NOT NULL,
  texts jsonb NOT NULL
);

-- Constraints

ALTER TABLE catalogue.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE catalogue.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE catalogue.cursor ADD CONSTRAINT cursor_pkey PRIMARY KEY (cursor);
ALTER TABLE catalogue.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE catalogue.price ADD CONSTRAINT price_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text));
ALTER TABLE catalogue.price ADD CONSTRAINT price_of_product FOREIGN KEY (tenant, product) REFERENCES catalogue.product(tenant, id);
ALTER TABLE catalogue.price ADD CONSTRAINT price_pkey PRIMARY KEY (id);
ALTER TABLE catalogue.price ADD CONSTRAINT price_recurring_count_check CHECK ((recurring_count > 0));
ALTER TABLE catalogue.price ADD CONSTRAINT price_recurring_interval_check CHECK ((recurring_interval = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text])));
ALTER TABLE catalogue.price ADD CONSTRAINT price_tax_behavior_check CHECK ((tax_behavior = ANY (ARRAY['exclusive'::text, 'inclusive'::text, 'unspecified'::text])));
ALTER TABLE catalogue.price ADD CONSTRAINT price_unit_amount_decimal_check CHECK ((unit_amount_decimal ~ '^\d{1,12}(\.\d{1,12})?$'::text));
ALTER TABLE catalogue.price ADD CONSTRAINT recurring_whole CHECK (((recurring_interval IS NULL) = (recurring_count IS NULL)));
ALTER TABLE catalogue.product ADD CONSTRAINT product_pkey PRIMARY KEY (tenant, id);
ALTER TABLE catalogue.product ADD CONSTRAINT product_type_check CHECK ((type = ANY (ARRAY['good'::text, 'service'::text])));
ALTER TABLE catalogue.search_document ADD CONSTRAINT search_document_pkey PRIMARY KEY (id);

-- Indexes

CREATE INDEX price_by_currency ON catalogue.price USING btree (tenant, currency, created_at DESC, id DESC);
CREATE UNIQUE INDEX price_by_lookup_key ON catalogue.price USING btree (tenant, lookup_key) WHERE (lookup_key IS NOT NULL);
CREATE INDEX price_by_product ON catalogue.price USING btree (tenant, product, created_at DESC, id DESC);
CREATE INDEX price_by_time ON catalogue.price USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX product_by_merchant ON catalogue.product USING btree (tenant, merchant, created_at DESC, id DESC) WHERE ((deleted_at IS NULL) AND (merchant IS NOT NULL));
CREATE INDEX product_by_time ON catalogue.product USING btree (tenant, created_at DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX product_by_url ON catalogue.product USING btree (tenant, url, created_at DESC, id DESC) WHERE ((deleted_at IS NULL) AND (url IS NOT NULL));
CREATE INDEX search_document_by_amount ON catalogue.search_document USING btree (kind, tenant, amount);
CREATE INDEX search_document_by_term ON catalogue.search_document USING gin (terms);
CREATE INDEX search_document_by_time ON catalogue.search_document USING btree (kind, tenant, created_at DESC, id DESC);

-- Grants

GRANT USAGE ON SCHEMA catalogue TO catalogue_app;
GRANT USAGE ON SCHEMA catalogue TO relay;
GRANT USAGE ON SCHEMA catalogue TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE catalogue.command TO catalogue_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE catalogue.command TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE catalogue.cursor TO catalogue_app;
GRANT SELECT ON TABLE catalogue.cursor TO upkeep_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE catalogue.outbox TO catalogue_app;
GRANT SELECT ON TABLE catalogue.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE catalogue.outbox TO upkeep_app;
GRANT INSERT, SELECT, UPDATE (active), UPDATE (currency_options), UPDATE (lookup_key), UPDATE (metadata), UPDATE (nickname), UPDATE (tax_behavior) ON TABLE catalogue.price TO catalogue_app;
GRANT INSERT, SELECT, UPDATE ON TABLE catalogue.product TO catalogue_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE catalogue.search_document TO catalogue_app;
