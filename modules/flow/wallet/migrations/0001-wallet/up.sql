-- tpmall:command
-- tpmall:outbox
-- tpmall:cursor

-- Whose balances these are. What is in them stands in the ledger.
CREATE TABLE wallet (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  person text NOT NULL,
  created_at timestamptz NOT NULL,
  tier text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'frozen')),
  CONSTRAINT wallet_of_a_person UNIQUE (tenant, person)
);
CREATE INDEX wallet_by_time ON wallet (tenant, created_at DESC, id DESC);
GRANT SELECT, INSERT, UPDATE ON wallet TO wallet_app;

-- What a tier may hold and move in a currency, from an instant on; the latest that has begun counts, and a
-- currency without a row is not offered. Null: no cap of this kind. Rules are added, never changed.
CREATE TABLE tier_limit (
  tier text NOT NULL,
  currency text NOT NULL,
  effective_from timestamptz NOT NULL,
  balance_max numeric(39,0) NOT NULL CHECK (balance_max >= 0),
  transaction_max numeric(39,0) NOT NULL CHECK (transaction_max >= 0),
  day_max numeric(39,0) CHECK (day_max >= 0),
  month_max numeric(39,0) CHECK (month_max >= 0),
  year_max numeric(39,0) CHECK (year_max >= 0),
  source text NOT NULL,
  -- Whether somebody has held it against its source.
  verified boolean NOT NULL,
  PRIMARY KEY (tier, currency, effective_from)
);
GRANT SELECT, INSERT ON tier_limit TO wallet_app;

-- What counts against the limits of a wallet in a currency: reservations, no balances. What goes out counts
-- for the day, month and year (UTC) in which it was asked for. `balance_bound` is at least the balance:
-- raised before money comes in, lowered after it has left.
CREATE TABLE limit_use (
  wallet text NOT NULL REFERENCES wallet (id),
  currency text NOT NULL,
  balance_bound numeric(39,0) NOT NULL,
  day date NOT NULL,
  day_used numeric(39,0) NOT NULL CHECK (day_used >= 0),
  month date NOT NULL,
  month_used numeric(39,0) NOT NULL CHECK (month_used >= 0),
  year date NOT NULL,
  year_used numeric(39,0) NOT NULL CHECK (year_used >= 0),
  PRIMARY KEY (wallet, currency)
);
GRANT SELECT, INSERT, UPDATE ON limit_use TO wallet_app;

-- One wish to change a balance, from its acceptance to its end.
CREATE TABLE operation (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  command_id text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('top_up', 'send', 'payment', 'withdrawal')),
  wallet text NOT NULL REFERENCES wallet (id),
  -- The other wallet of a send.
  counterparty text REFERENCES wallet (id),
  currency text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  status text NOT NULL,
  -- The state that is being worked towards: it is due until it is reached.
  moving_to text,
  due_at timestamptz,
  attempts integer NOT NULL,
  failure text,
  -- What the balance lacked.
  missing numeric(39,0),
  note text,
  payment_intent text,
  charge text,
  captured numeric(39,0) NOT NULL CHECK (captured >= 0),
  refunded numeric(39,0) NOT NULL CHECK (refunded >= 0),
  -- Where a withdrawal goes, and what the bank calls it.
  destination text,
  reference text,
  approved_by text,
  paid_by text,
  decision_reason text,
  expires_at timestamptz,
  -- `user_data_128` of its transfers in the ledger.
  tag numeric(39,0),
  CONSTRAINT a_send_has_two_sides CHECK ((kind = 'send') = (counterparty IS NOT NULL)),
  CONSTRAINT sides_differ CHECK (counterparty <> wallet),
  CONSTRAINT in_work_is_due CHECK ((moving_to IS NULL) = (due_at IS NULL)),
  CONSTRAINT two_people_pay CHECK (paid_by <> approved_by),
  CONSTRAINT never_more_back_than_taken CHECK (refunded <= captured)
);
CREATE INDEX operation_by_time ON operation (tenant, created_at DESC, id DESC);
CREATE INDEX operation_by_wallet ON operation (wallet, created_at DESC, id DESC);
CREATE INDEX operation_by_counterparty ON operation (counterparty, created_at DESC, id DESC)
  WHERE counterparty IS NOT NULL;
CREATE INDEX operation_by_intent ON operation (payment_intent) WHERE payment_intent IS NOT NULL;
CREATE INDEX operation_by_tag ON operation (tag) WHERE tag IS NOT NULL;
CREATE INDEX operation_due ON operation (due_at) WHERE due_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON operation TO wallet_app;

-- Until an operator says better. Minor units.
INSERT INTO tier_limit
  (tier, currency, effective_from, balance_max, transaction_max, day_max, month_max, year_max, source,
    verified)
SELECT t.tier, t.currency, '2026-01-01T00:00:00Z', t.balance_max, t.transaction_max, t.day_max, t.month_max,
  t.year_max, t.source, false
FROM (VALUES
  ('basic', 'eur', 100000, 15000, 50000, 100000, NULL::numeric, 'house'),
  ('basic', 'usd', 100000, 15000, 50000, 100000, NULL, 'house'),
  ('basic', 'gbp', 100000, 15000, 50000, 100000, NULL, 'house'),
  ('basic', 'sgd', 100000, 15000, 50000, 100000, 10000000, 'house; SG: yearly flow cap of a payment account'),
  ('basic', 'hkd', 300000, 100000, 300000, 800000, NULL, 'house; HK: tiers by verified identity'),
  ('basic', 'jpy', 100000, 50000, 50000, 100000, NULL, 'house; JP: funds transfer type III, a transfer'),
  ('basic', 'cny', 100000, 100000, 100000, 100000, 100000, 'house; CN: payment account I'),
  ('verified', 'eur', 2000000, 500000, 1000000, 3000000, NULL, 'house'),
  ('verified', 'usd', 2000000, 500000, 1000000, 3000000, NULL, 'house'),
  ('verified', 'gbp', 2000000, 500000, 1000000, 3000000, NULL, 'house'),
  ('verified', 'sgd', 2000000, 500000, 1000000, 3000000, 10000000, 'SG: stock cap and yearly flow cap'),
  ('verified', 'hkd', 10000000, 2500000, 5000000, 10000000, NULL, 'house; HK: tiers by verified identity'),
  ('verified', 'jpy', 3000000, 1000000, 1000000, 3000000, NULL,
    'house; JP: funds transfer type II, a transfer'),
  ('verified', 'cny', 5000000, 500000, 500000, 5000000, 20000000,
    'house; CN: payment account III, two factors without a certificate')
) AS t (tier, currency, balance_max, transaction_max, day_max, month_max, year_max, source);
