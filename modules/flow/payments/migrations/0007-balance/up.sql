-- What changed a platform's own balance, as it is read on the wire: a projection of this module's outbox,
-- whose ids derive from the transfers of the ledger. Append-only.
CREATE TABLE balance_transaction (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  created_at timestamptz NOT NULL,
  type text NOT NULL CHECK (type IN ('charge', 'transfer', 'application_fee', 'refund', 'transfer_refund',
    'application_fee_refund', 'refund_failure')),
  -- Negative where the balance falls.
  amount numeric(39,0) NOT NULL CHECK (amount <> 0),
  currency text NOT NULL,
  -- The charge or the refund.
  source text NOT NULL,
  available_at timestamptz NOT NULL CHECK (available_at >= created_at)
);
CREATE INDEX balance_transaction_by_time ON balance_transaction (tenant, created_at DESC, id DESC);
CREATE INDEX balance_transaction_by_source ON balance_transaction (tenant, source, created_at DESC, id DESC);
CREATE INDEX balance_transaction_pending ON balance_transaction (tenant, available_at)
  INCLUDE (currency, amount);
GRANT SELECT, INSERT ON balance_transaction TO payments_app;

-- The sum of a platform's balance transactions. What the ledger holds beyond it has not been seen here yet.
CREATE TABLE balance_total (
  tenant text NOT NULL,
  currency text NOT NULL,
  amount numeric(39,0) NOT NULL,
  PRIMARY KEY (tenant, currency)
);
GRANT SELECT, INSERT, UPDATE ON balance_total TO payments_app;

ALTER TABLE charge ADD COLUMN balance_transaction text;
ALTER TABLE refund
  ADD COLUMN balance_transaction text,
  ADD COLUMN failure_balance_transaction text;
