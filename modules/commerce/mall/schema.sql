-- The schema mall as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA mall AUTHORIZATION mall_owner;

-- Tables

CREATE TABLE mall.cart_line (
  tenant text NOT NULL,
  owner text NOT NULL,
  variant text NOT NULL,
  quantity integer NOT NULL,
  seen jsonb NOT NULL,
  added_at timestamp with time zone NOT NULL
);

CREATE TABLE mall.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE mall.cursor (
  cursor text NOT NULL,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);

CREATE TABLE mall.customer_order (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  serial bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  owner text NOT NULL,
  state text NOT NULL,
  stock text NOT NULL,
  held_until timestamp with time zone NOT NULL,
  currency text NOT NULL,
  language text NOT NULL,
  email text NOT NULL,
  address jsonb NOT NULL,
  goods numeric(39,0) NOT NULL,
  delivery numeric(39,0) NOT NULL,
  tax numeric(39,0) NOT NULL,
  total numeric(39,0) NOT NULL,
  success_url text NOT NULL,
  cancel_url text NOT NULL,
  session text,
  payment_intent text,
  refund text,
  paid_at timestamp with time zone,
  refund_failure text,
  customer text
);

CREATE TABLE mall.goods (
  tenant text NOT NULL,
  id text NOT NULL,
  merchant text NOT NULL,
  product text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  active boolean NOT NULL,
  category text NOT NULL,
  plate jsonb NOT NULL,
  name jsonb NOT NULL,
  summary jsonb NOT NULL,
  description jsonb NOT NULL,
  options jsonb NOT NULL,
  from_amounts jsonb NOT NULL,
  varies boolean NOT NULL,
  words tsvector NOT NULL,
  spellings text[] NOT NULL GENERATED ALWAYS AS (mall.spellings((name ->> 'en'::text))) STORED
);

CREATE TABLE mall.order_line (
  order_id text NOT NULL,
  "position" integer NOT NULL,
  merchant text NOT NULL,
  goods text NOT NULL,
  variant text NOT NULL,
  sku text NOT NULL,
  price text NOT NULL,
  name jsonb NOT NULL,
  choice jsonb NOT NULL,
  plate jsonb NOT NULL,
  quantity integer NOT NULL,
  unit_amount numeric(39,0) NOT NULL,
  amount numeric(39,0) NOT NULL,
  tax numeric(39,0) NOT NULL,
  in_returns integer NOT NULL DEFAULT 0
);

CREATE TABLE mall.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE mall.parcel (
  order_id text NOT NULL,
  merchant text NOT NULL,
  "position" integer NOT NULL,
  shop jsonb NOT NULL,
  place jsonb NOT NULL,
  state text NOT NULL,
  goods numeric(39,0) NOT NULL,
  delivery numeric(39,0) NOT NULL,
  tax numeric(39,0) NOT NULL,
  tracking text,
  shipped_at timestamp with time zone,
  delivered_at timestamp with time zone,
  packed_at timestamp with time zone,
  carrier text
);

CREATE TABLE mall.return_request (
  id text NOT NULL,
  tenant text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  order_id text NOT NULL,
  merchant text NOT NULL,
  state text NOT NULL,
  lines jsonb NOT NULL,
  delivery numeric(39,0) NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  reason text NOT NULL,
  decided_by text,
  decision_reason text,
  decided_at timestamp with time zone,
  refund text,
  failure text,
  received_at timestamp with time zone
);

CREATE TABLE mall.shop (
  tenant text NOT NULL,
  merchant text NOT NULL,
  name jsonb NOT NULL,
  place jsonb NOT NULL,
  about jsonb NOT NULL,
  delivery jsonb NOT NULL,
  free_delivery_from jsonb NOT NULL,
  tax_basis_points integer NOT NULL,
  accept_returns_up_to jsonb NOT NULL,
  dispatch_days integer NOT NULL,
  opened bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1)
);

CREATE TABLE mall.shopper (
  tenant text NOT NULL,
  person text NOT NULL,
  first_order text NOT NULL,
  email text,
  name text,
  customer text
);

CREATE TABLE mall.stock (
  variant text NOT NULL,
  available integer NOT NULL,
  reserved integer NOT NULL
);

CREATE TABLE mall.variant (
  id text NOT NULL,
  tenant text NOT NULL,
  goods text NOT NULL,
  sku text NOT NULL,
  "position" integer NOT NULL,
  price text NOT NULL,
  amounts jsonb NOT NULL,
  option_values jsonb NOT NULL,
  active boolean NOT NULL
);

-- Constraints

ALTER TABLE mall.cart_line ADD CONSTRAINT cart_line_pkey PRIMARY KEY (tenant, owner, variant);

ALTER TABLE mall.cart_line ADD CONSTRAINT cart_line_quantity_check CHECK (((quantity >= 1) AND (quantity <= 99)));

ALTER TABLE mall.cart_line ADD CONSTRAINT cart_line_variant_fkey FOREIGN KEY (variant) REFERENCES mall.variant(id);

ALTER TABLE mall.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);

ALTER TABLE mall.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);

ALTER TABLE mall.cursor ADD CONSTRAINT cursor_pkey PRIMARY KEY (cursor);

ALTER TABLE mall.customer_order ADD CONSTRAINT adds_up CHECK (((total = (goods + delivery)) AND (goods > (0)::numeric) AND (delivery >= (0)::numeric) AND ((tax >= (0)::numeric) AND (tax <= total))));

ALTER TABLE mall.customer_order ADD CONSTRAINT customer_order_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh'::text])));

ALTER TABLE mall.customer_order ADD CONSTRAINT customer_order_payment_intent_key UNIQUE (payment_intent);

ALTER TABLE mall.customer_order ADD CONSTRAINT customer_order_pkey PRIMARY KEY (id);

ALTER TABLE mall.customer_order ADD CONSTRAINT customer_order_refund_key UNIQUE (refund);

ALTER TABLE mall.customer_order ADD CONSTRAINT customer_order_session_key UNIQUE (session);

ALTER TABLE mall.customer_order ADD CONSTRAINT customer_order_state_check CHECK ((state = ANY (ARRAY['placed'::text, 'paid'::text, 'part_shipped'::text, 'shipped'::text, 'delivered'::text, 'cancelled'::text, 'refunding'::text, 'refunded'::text])));

ALTER TABLE mall.customer_order ADD CONSTRAINT customer_order_stock_check CHECK ((stock = ANY (ARRAY['held'::text, 'released'::text, 'sold'::text])));

ALTER TABLE mall.customer_order ADD CONSTRAINT paid_when_it_says_so CHECK (((paid_at IS NULL) = (state = ANY (ARRAY['placed'::text, 'cancelled'::text]))));

ALTER TABLE mall.customer_order ADD CONSTRAINT stock_of_the_state CHECK (
CASE state
    WHEN 'placed'::text THEN (stock = ANY (ARRAY['held'::text, 'released'::text]))
    WHEN 'cancelled'::text THEN (stock = 'released'::text)
    WHEN 'refunding'::text THEN (stock = 'released'::text)
    WHEN 'refunded'::text THEN (stock = ANY (ARRAY['sold'::text, 'released'::text]))
    ELSE (stock = 'sold'::text)
END);

ALTER TABLE mall.goods ADD CONSTRAINT goods_pkey PRIMARY KEY (tenant, id);

ALTER TABLE mall.goods ADD CONSTRAINT goods_tenant_merchant_fkey FOREIGN KEY (tenant, merchant) REFERENCES mall.shop(tenant, merchant);

ALTER TABLE mall.order_line ADD CONSTRAINT adds_up CHECK ((amount = (unit_amount * (quantity)::numeric)));

ALTER TABLE mall.order_line ADD CONSTRAINT order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES mall.customer_order(id);

ALTER TABLE mall.order_line ADD CONSTRAINT order_line_order_id_variant_key UNIQUE (order_id, variant);

ALTER TABLE mall.order_line ADD CONSTRAINT order_line_pkey PRIMARY KEY (order_id, "position");

ALTER TABLE mall.order_line ADD CONSTRAINT order_line_quantity_check CHECK ((quantity > 0));

ALTER TABLE mall.order_line ADD CONSTRAINT order_line_variant_fkey FOREIGN KEY (variant) REFERENCES mall.variant(id);

ALTER TABLE mall.order_line ADD CONSTRAINT returned_once CHECK (((in_returns >= 0) AND (in_returns <= quantity)));

ALTER TABLE mall.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);

ALTER TABLE mall.parcel ADD CONSTRAINT parcel_order_id_fkey FOREIGN KEY (order_id) REFERENCES mall.customer_order(id);

ALTER TABLE mall.parcel ADD CONSTRAINT parcel_pkey PRIMARY KEY (order_id, merchant);

ALTER TABLE mall.parcel ADD CONSTRAINT parcel_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'preparing'::text, 'packed'::text, 'shipped'::text, 'delivered'::text, 'cancelled'::text])));

ALTER TABLE mall.return_request ADD CONSTRAINT return_request_amount_check CHECK ((amount > (0)::numeric));

ALTER TABLE mall.return_request ADD CONSTRAINT return_request_order_id_fkey FOREIGN KEY (order_id) REFERENCES mall.customer_order(id);

ALTER TABLE mall.return_request ADD CONSTRAINT return_request_pkey PRIMARY KEY (id);

ALTER TABLE mall.return_request ADD CONSTRAINT return_request_refund_key UNIQUE (refund);

ALTER TABLE mall.return_request ADD CONSTRAINT return_request_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'withdrawn'::text, 'refused'::text, 'awaited'::text, 'accepted'::text, 'refunded'::text, 'failed'::text])));

ALTER TABLE mall.shop ADD CONSTRAINT shop_pkey PRIMARY KEY (tenant, merchant);

ALTER TABLE mall.shop ADD CONSTRAINT shop_tax_basis_points_check CHECK (((tax_basis_points >= 0) AND (tax_basis_points <= 10000)));

ALTER TABLE mall.shopper ADD CONSTRAINT made_of_something CHECK (((customer IS NULL) = ((email IS NOT NULL) AND (name IS NOT NULL))));

ALTER TABLE mall.shopper ADD CONSTRAINT shopper_pkey PRIMARY KEY (tenant, person);

ALTER TABLE mall.stock ADD CONSTRAINT never_oversold CHECK ((available >= 0));

ALTER TABLE mall.stock ADD CONSTRAINT never_released_twice CHECK ((reserved >= 0));

ALTER TABLE mall.stock ADD CONSTRAINT stock_pkey PRIMARY KEY (variant);

ALTER TABLE mall.stock ADD CONSTRAINT stock_variant_fkey FOREIGN KEY (variant) REFERENCES mall.variant(id);

ALTER TABLE mall.variant ADD CONSTRAINT variant_pkey PRIMARY KEY (id);

ALTER TABLE mall.variant ADD CONSTRAINT variant_tenant_goods_fkey FOREIGN KEY (tenant, goods) REFERENCES mall.goods(tenant, id);

ALTER TABLE mall.variant ADD CONSTRAINT variant_tenant_goods_sku_key UNIQUE (tenant, goods, sku);

-- Indexes

CREATE INDEX cart_line_of_guests ON mall.cart_line USING btree (added_at) WHERE (owner ~~ 'guest:%'::text);
CREATE INDEX goods_by_category ON mall.goods USING btree (tenant, category, created_at DESC, id DESC);
CREATE INDEX goods_by_merchant ON mall.goods USING btree (tenant, merchant, created_at DESC, id DESC);
CREATE INDEX goods_by_product ON mall.goods USING btree (tenant, product);
CREATE INDEX goods_by_spelling ON mall.goods USING gin (spellings);
CREATE INDEX goods_by_time ON mall.goods USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX goods_by_words ON mall.goods USING gin (words);
CREATE INDEX order_by_owner ON mall.customer_order USING btree (tenant, owner, created_at DESC, id DESC);
CREATE INDEX order_by_time ON mall.customer_order USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX order_held ON mall.customer_order USING btree (held_until) WHERE (stock = 'held'::text);
CREATE INDEX order_to_send_back ON mall.customer_order USING btree (paid_at) WHERE ((state = 'refunding'::text) AND (refund IS NULL) AND (refund_failure IS NULL));
CREATE INDEX parcel_by_merchant ON mall.parcel USING btree (merchant, order_id);
CREATE INDEX parcel_by_state ON mall.parcel USING btree (merchant, state);
CREATE INDEX return_by_merchant ON mall.return_request USING btree (tenant, merchant, created_at DESC, id DESC);
CREATE INDEX return_by_order ON mall.return_request USING btree (order_id);
CREATE INDEX return_by_time ON mall.return_request USING btree (tenant, created_at DESC, id DESC);
CREATE INDEX return_to_send_back ON mall.return_request USING btree (COALESCE(received_at, decided_at)) WHERE ((state = 'accepted'::text) AND (refund IS NULL));
CREATE UNIQUE INDEX shop_by_opening ON mall.shop USING btree (opened);
CREATE INDEX variant_by_price ON mall.variant USING btree (tenant, price);

-- Functions

CREATE OR REPLACE FUNCTION mall.spellings(name text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog'
AS $function$
  SELECT coalesce(array_agg(DISTINCT left(word, at - 1) || substr(word, at + 1)), '{}')
  FROM regexp_split_to_table(lower(name), '[^[:alnum:]]+') AS word, generate_series(1, length(word) + 1) AS at
  WHERE length(word) BETWEEN 4 AND 30
$function$
;

-- Grants

GRANT USAGE ON SCHEMA mall TO mall_app;
GRANT USAGE ON SCHEMA mall TO relay;
GRANT USAGE ON SCHEMA mall TO upkeep_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE mall.cart_line TO mall_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.command TO mall_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE mall.command TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.cursor TO mall_app;
GRANT SELECT ON TABLE mall.cursor TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.customer_order TO mall_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.goods TO mall_app;
GRANT INSERT, SELECT, UPDATE (in_returns) ON TABLE mall.order_line TO mall_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE mall.outbox TO mall_app;
GRANT SELECT ON TABLE mall.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE mall.outbox TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.parcel TO mall_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.return_request TO mall_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.shop TO mall_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE mall.shopper TO mall_app;
GRANT EXECUTE ON FUNCTION mall.spellings(text) TO mall_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.stock TO mall_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mall.variant TO mall_app;
