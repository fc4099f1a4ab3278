CREATE TABLE api_key (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('secret', 'publishable', 'operator')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  hint text NOT NULL,
  -- SHA-256 of the key. A key has more than 142 random bits, so nobody finds it by trying.
  hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  -- With the replay secret, which is not here, it gives the key again to a repetition of its command. Wiped
  -- in a day.
  salt bytea CHECK (octet_length(salt) = 32),
  successor_of text REFERENCES api_key (id),
  command_id text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  UNIQUE (tenant, command_id)
);
CREATE INDEX api_key_tenant ON api_key (tenant, id DESC);
CREATE INDEX api_key_salted ON api_key (created_at) WHERE salt IS NOT NULL;

GRANT SELECT, INSERT, UPDATE (expires_at, salt) ON api_key TO identity_app;

-- tpmall:outbox
-- tpmall:command
