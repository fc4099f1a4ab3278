CREATE TABLE account (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  -- The platform that it belongs to; its own id for a platform.
  tenant text NOT NULL REFERENCES account (id),
  kind text NOT NULL CHECK (kind IN ('platform', 'merchant')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  default_currency text NOT NULL CHECK (default_currency ~ '^[a-z]{3}$'),
  email text,
  statement_descriptor text NOT NULL CHECK (length(statement_descriptor) BETWEEN 1 AND 22),
  card_payments boolean NOT NULL,
  transfers boolean NOT NULL,
  fee_basis_points int NOT NULL CHECK (fee_basis_points BETWEEN 0 AND 10000),
  fee_fixed numeric(39,0) NOT NULL CHECK (fee_fixed >= 0),
  command_id text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  CHECK ((kind = 'platform') = (tenant = id))
);
CREATE INDEX account_tenant ON account (tenant, id DESC);

GRANT SELECT, INSERT ON account TO accounts_app;

-- tpmall:outbox
-- tpmall:command
