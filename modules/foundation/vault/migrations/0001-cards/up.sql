-- Data keys: one for each tenant, sealed under a key-encryption key that is in the keystore and never here.
CREATE TABLE data_key (
  tenant text NOT NULL CHECK (length(tenant) BETWEEN 1 AND 64),
  version int NOT NULL CHECK (version >= 1),
  kek_version int NOT NULL CHECK (kek_version >= 1),
  wrapped bytea NOT NULL CHECK (octet_length(wrapped) = 60),
  created_at timestamptz NOT NULL,
  rewrapped_at timestamptz,
  PRIMARY KEY (tenant, version)
);
-- The rewrap job looks for what is behind the current version.
CREATE INDEX data_key_kek_version ON data_key (kek_version);

CREATE TABLE card (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  -- '*' is a test card that every tenant may read.
  tenant text NOT NULL,
  token text NOT NULL UNIQUE CHECK (token ~ '^9[0-9]{18}$'),
  brand text NOT NULL CHECK (
    brand IN ('visa', 'mastercard', 'amex', 'discover', 'jcb', 'unionpay', 'unknown')
  ),
  bin text NOT NULL CHECK (bin ~ '^[0-9]{6}$'),
  last4 text NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
  exp_month int NOT NULL CHECK (exp_month BETWEEN 1 AND 12),
  exp_year int NOT NULL CHECK (exp_year BETWEEN 2000 AND 2200),
  fingerprint text NOT NULL CHECK (length(fingerprint) = 32),
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  funding text NOT NULL CHECK (funding IN ('credit', 'debit', 'prepaid', 'unknown')),
  key_version int NOT NULL,
  -- iv, ciphertext, tag; bound to tenant, id, key version and column name.
  pan bytea NOT NULL,
  details bytea NOT NULL,
  -- The command that made the card, and a keyed hash of what it asked for (never of the CVV).
  command_id text NOT NULL,
  request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
  created_at timestamptz NOT NULL,
  UNIQUE (tenant, command_id),
  FOREIGN KEY (tenant, key_version) REFERENCES data_key (tenant, version)
);

GRANT SELECT, INSERT ON data_key, card TO vault_app;
-- A rewrap changes the envelope of a data key; a new table of test cards changes those of the tenant '*'.
GRANT UPDATE (kek_version, wrapped, rewrapped_at) ON data_key TO vault_app;
GRANT UPDATE (brand, bin, last4, exp_month, exp_year, fingerprint, country, funding, key_version, pan,
  details, request_hash) ON card TO vault_app;

-- tpmall:outbox
-- tpmall:command
