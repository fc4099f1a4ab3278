-- What stands for a card once: `tok_…`, and `ctoken_…` with what its shopper agreed to besides.
CREATE TABLE token (
  id text PRIMARY KEY CHECK (id ~ '^c?tok(en)?_[0-9a-z]{1,58}$'),
  tenant text NOT NULL,
  card text NOT NULL REFERENCES card (id),
  -- Sealed: iv, ciphertext, tag; bound to tenant, token and key version. Null of a token of a card alone.
  key_version int,
  terms bytea,
  -- The command that made it, and a keyed hash of what it asked for.
  command_id text NOT NULL,
  request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  -- The command that has used it, and the intent it was used for as far as it was told.
  used_by text,
  used_for text CHECK (length(used_for) BETWEEN 1 AND 64),
  UNIQUE (tenant, command_id),
  FOREIGN KEY (tenant, key_version) REFERENCES data_key (tenant, version),
  CONSTRAINT terms_have_a_key CHECK (num_nulls(key_version, terms) IN (0, 2)),
  CONSTRAINT only_used_for_what_used_it CHECK (used_for IS NULL OR used_by IS NOT NULL)
);
CREATE INDEX token_by_expiry ON token (expires_at);
-- A data key goes once it seals nothing.
CREATE INDEX token_by_data_key ON token (tenant, key_version) WHERE key_version IS NOT NULL;

GRANT SELECT, INSERT, DELETE, UPDATE (used_by, used_for) ON token TO vault_app;
