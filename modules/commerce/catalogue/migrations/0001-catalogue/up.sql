-- tpmall:command
-- tpmall:outbox

-- What is sold. Whoever makes a product may name it, so ids are unique within a tenant only.
CREATE TABLE product (
  tenant text NOT NULL,
  id text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  merchant text,
  active boolean NOT NULL,
  type text NOT NULL CHECK (type IN ('good', 'service')),
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
  -- A deleted product keeps its row, so that its name is not given to another.
  deleted_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX product_by_time ON product (tenant, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX product_by_merchant ON product (tenant, merchant, created_at DESC, id DESC)
  WHERE deleted_at IS NULL AND merchant IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON product TO catalogue_app;

-- What products cost. Amounts are exact decimal text of minor units: they may have a fraction of one.
CREATE TABLE price (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  product text NOT NULL,
  active boolean NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  unit_amount_decimal text NOT NULL CHECK (unit_amount_decimal ~ '^\d{1,12}(\.\d{1,12})?$'),
  tax_behavior text NOT NULL CHECK (tax_behavior IN ('exclusive', 'inclusive', 'unspecified')),
  currency_options jsonb NOT NULL,
  nickname text,
  lookup_key text,
  metadata jsonb NOT NULL,
  recurring_interval text CHECK (recurring_interval IN ('day', 'week', 'month', 'year')),
  recurring_count integer CHECK (recurring_count > 0),
  CONSTRAINT recurring_whole CHECK ((recurring_interval IS NULL) = (recurring_count IS NULL)),
  CONSTRAINT price_of_product FOREIGN KEY (tenant, product) REFERENCES product (tenant, id)
);
CREATE UNIQUE INDEX price_by_lookup_key ON price (tenant, lookup_key) WHERE lookup_key IS NOT NULL;
CREATE INDEX price_by_time ON price (tenant, created_at DESC, id DESC);
CREATE INDEX price_by_product ON price (tenant, product, created_at DESC, id DESC);
-- The money of a price never changes.
GRANT SELECT, INSERT,
  UPDATE (active, nickname, lookup_key, metadata, tax_behavior, currency_options) ON price TO catalogue_app;
