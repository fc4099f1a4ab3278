-- tpmall:command
-- tpmall:outbox
-- tpmall:cursor

-- Merchants as shoppers meet them, and their terms.
CREATE TABLE shop (
  tenant text NOT NULL,
  merchant text NOT NULL,
  name jsonb NOT NULL,
  place jsonb NOT NULL,
  about jsonb NOT NULL,
  -- Minor units by currency.
  delivery jsonb NOT NULL,
  free_delivery_from jsonb NOT NULL,
  tax_basis_points integer NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
  accept_returns_up_to jsonb NOT NULL,
  dispatch_days integer NOT NULL,
  PRIMARY KEY (tenant, merchant)
);
GRANT SELECT, INSERT, UPDATE ON shop TO mall_app;

-- What the mall says of products of the catalogue.
CREATE TABLE goods (
  tenant text NOT NULL,
  id text NOT NULL,
  merchant text NOT NULL,
  product text NOT NULL,
  created_at timestamptz NOT NULL,
  active boolean NOT NULL,
  category text NOT NULL,
  plate jsonb NOT NULL,
  name jsonb NOT NULL,
  summary jsonb NOT NULL,
  description jsonb NOT NULL,
  options jsonb NOT NULL,
  -- Of its variants that are sold, so that a shelf reads one row each: lowest price by currency, and whether
  -- some variant costs more.
  from_amounts jsonb NOT NULL,
  varies boolean NOT NULL,
  -- English by its stems, Chinese by pairs of characters; names weigh most.
  words tsvector NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, merchant) REFERENCES shop (tenant, merchant)
);
CREATE INDEX goods_by_time ON goods (tenant, created_at DESC, id DESC);
CREATE INDEX goods_by_category ON goods (tenant, category, created_at DESC, id DESC);
CREATE INDEX goods_by_merchant ON goods (tenant, merchant, created_at DESC, id DESC);
CREATE INDEX goods_by_product ON goods (tenant, product);
CREATE INDEX goods_by_words ON goods USING gin (words);
GRANT SELECT, INSERT, UPDATE ON goods TO mall_app;

-- What can be put into a cart, with its stock.
CREATE TABLE variant (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  goods text NOT NULL,
  sku text NOT NULL,
  position integer NOT NULL,
  price text NOT NULL,
  -- Of the price, whose amounts never change.
  amounts jsonb NOT NULL,
  option_values jsonb NOT NULL,
  active boolean NOT NULL,
  UNIQUE (tenant, goods, sku),
  FOREIGN KEY (tenant, goods) REFERENCES goods (tenant, id)
);
CREATE INDEX variant_by_price ON variant (tenant, price);
GRANT SELECT, INSERT, UPDATE ON variant TO mall_app;

-- A row of its own: it changes with every order, and what is said of a variant does not.
CREATE TABLE stock (
  variant text PRIMARY KEY REFERENCES variant (id),
  -- Pieces that nobody has ordered, and pieces that are kept for orders which are not paid.
  available integer NOT NULL,
  reserved integer NOT NULL,
  CONSTRAINT never_oversold CHECK (available >= 0),
  CONSTRAINT never_released_twice CHECK (reserved >= 0)
);
GRANT SELECT, INSERT, UPDATE ON stock TO mall_app;

CREATE TABLE cart_line (
  tenant text NOT NULL,
  owner text NOT NULL,
  variant text NOT NULL REFERENCES variant (id),
  quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
  -- The amounts that the shopper has seen.
  seen jsonb NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, owner, variant)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON cart_line TO mall_app;

CREATE TABLE customer_order (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  -- Counted, for people to name it by.
  serial bigint GENERATED ALWAYS AS IDENTITY,
  owner text NOT NULL,
  state text NOT NULL CHECK (
    state IN ('placed', 'paid', 'part_shipped', 'shipped', 'delivered', 'cancelled', 'refunding', 'refunded')
  ),
  stock text NOT NULL CHECK (stock IN ('held', 'released', 'sold')),
  held_until timestamptz NOT NULL,
  currency text NOT NULL,
  language text NOT NULL CHECK (language IN ('en', 'zh')),
  email text NOT NULL,
  address jsonb NOT NULL,
  goods numeric(39,0) NOT NULL,
  delivery numeric(39,0) NOT NULL,
  tax numeric(39,0) NOT NULL,
  total numeric(39,0) NOT NULL,
  success_url text NOT NULL,
  cancel_url text NOT NULL,
  session text UNIQUE,
  payment_intent text UNIQUE,
  -- Of the refund that gives all of it back; returns have their own.
  refund text UNIQUE,
  paid_at timestamptz,
  CONSTRAINT adds_up CHECK (
    total = goods + delivery AND goods > 0 AND delivery >= 0 AND tax BETWEEN 0 AND total
  ),
  CONSTRAINT stock_of_the_state CHECK (
    CASE state
      WHEN 'placed' THEN stock IN ('held', 'released')
      WHEN 'cancelled' THEN stock = 'released'
      WHEN 'refunding' THEN stock = 'released'
      WHEN 'refunded' THEN stock IN ('sold', 'released')
      ELSE stock = 'sold'
    END
  ),
  CONSTRAINT paid_when_it_says_so CHECK ((paid_at IS NULL) = (state IN ('placed', 'cancelled')))
);
CREATE INDEX order_by_owner ON customer_order (tenant, owner, created_at DESC, id DESC);
CREATE INDEX order_by_time ON customer_order (tenant, created_at DESC, id DESC);
CREATE INDEX order_held ON customer_order (held_until) WHERE stock = 'held';
GRANT SELECT, INSERT, UPDATE ON customer_order TO mall_app;

CREATE TABLE parcel (
  order_id text NOT NULL REFERENCES customer_order (id),
  merchant text NOT NULL,
  position integer NOT NULL,
  shop jsonb NOT NULL,
  place jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'preparing', 'shipped', 'delivered', 'cancelled')),
  goods numeric(39,0) NOT NULL,
  delivery numeric(39,0) NOT NULL,
  tax numeric(39,0) NOT NULL,
  tracking text,
  shipped_at timestamptz,
  delivered_at timestamptz,
  PRIMARY KEY (order_id, merchant)
);
CREATE INDEX parcel_by_merchant ON parcel (merchant, order_id);
GRANT SELECT, INSERT, UPDATE ON parcel TO mall_app;

CREATE TABLE order_line (
  order_id text NOT NULL REFERENCES customer_order (id),
  position integer NOT NULL,
  merchant text NOT NULL,
  goods text NOT NULL,
  variant text NOT NULL REFERENCES variant (id),
  sku text NOT NULL,
  price text NOT NULL,
  name jsonb NOT NULL,
  choice jsonb NOT NULL,
  plate jsonb NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_amount numeric(39,0) NOT NULL,
  amount numeric(39,0) NOT NULL,
  tax numeric(39,0) NOT NULL,
  -- Pieces in returns that were not refused or withdrawn.
  in_returns integer NOT NULL DEFAULT 0,
  PRIMARY KEY (order_id, position),
  UNIQUE (order_id, variant),
  CONSTRAINT returned_once CHECK (in_returns BETWEEN 0 AND quantity),
  CONSTRAINT adds_up CHECK (amount = unit_amount * quantity)
);
-- What was ordered stays as it was.
GRANT SELECT, INSERT, UPDATE (in_returns) ON order_line TO mall_app;

CREATE TABLE return_request (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  order_id text NOT NULL REFERENCES customer_order (id),
  merchant text NOT NULL,
  state text NOT NULL CHECK (state IN ('asked', 'withdrawn', 'refused', 'accepted', 'refunded', 'failed')),
  lines jsonb NOT NULL,
  delivery numeric(39,0) NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  reason text NOT NULL,
  decided_by text,
  decision_reason text,
  decided_at timestamptz,
  refund text UNIQUE,
  failure text
);
CREATE INDEX return_by_order ON return_request (order_id);
CREATE INDEX return_by_merchant ON return_request (tenant, merchant, created_at DESC, id DESC);
CREATE INDEX return_by_time ON return_request (tenant, created_at DESC, id DESC);
GRANT SELECT, INSERT, UPDATE ON return_request TO mall_app;
