-- Somebody who signs in. The address is in its normal form.
CREATE TABLE person (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
  display_name text NOT NULL CHECK (length(display_name) <= 80),
  locale text NOT NULL CHECK (locale IN ('en', 'zh')),
  handle text NOT NULL CHECK (handle ~ '^[a-z][a-z0-9_]{2,29}$'),
  created_at timestamptz NOT NULL,
  CONSTRAINT person_email UNIQUE (tenant, email),
  CONSTRAINT person_handle UNIQUE (tenant, handle)
);
GRANT SELECT, INSERT, UPDATE (display_name, locale, handle) ON person TO identity_app;

-- A role that holds now; who gave and took it, and why, stands in the audit entries of the outbox.
CREATE TABLE membership (
  person_id text NOT NULL REFERENCES person (id),
  role text NOT NULL CHECK (role IN ('shopper', 'merchant', 'operator')),
  -- Of a merchant's role; empty for the others, because a key has no NULLs.
  account text NOT NULL,
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, role, account),
  CONSTRAINT merchant_has_account CHECK ((role = 'merchant') = (account <> ''))
);
GRANT SELECT, INSERT, DELETE ON membership TO identity_app;

-- A sign-in that was begun. The code is not here: it derives from the salt, the id and a secret outside.
CREATE TABLE challenge (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email_code')),
  purpose text NOT NULL CHECK (purpose IN ('shopper', 'merchant', 'operator')),
  email text NOT NULL,
  locale text NOT NULL CHECK (locale IN ('en', 'zh')),
  salt bytea NOT NULL CHECK (octet_length(salt) = 32),
  -- Keyed hashes of the different codes that were tried, the right one among them. Five, and it is dead.
  tried bytea[] NOT NULL DEFAULT '{}' CHECK (cardinality(tried) <= 5),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX challenge_old ON challenge (created_at);
GRANT SELECT, INSERT, UPDATE (tried, used_at), DELETE ON challenge TO identity_app;

-- How many sign-ins were begun for an address on a day (UTC), whether or not it is anybody's.
CREATE TABLE sign_in_allowance (
  tenant text NOT NULL,
  email text NOT NULL,
  day date NOT NULL,
  used integer NOT NULL CHECK (used > 0),
  PRIMARY KEY (tenant, email, day)
);
CREATE INDEX sign_in_allowance_old ON sign_in_allowance (day);
GRANT SELECT, INSERT, UPDATE (used), DELETE ON sign_in_allowance TO identity_app;

-- A browser that has proved who is behind it, or that somebody is the same guest as before.
CREATE TABLE session (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  -- person_… or guest_…: whose carts and orders.
  subject text NOT NULL,
  person_id text REFERENCES person (id),
  role text NOT NULL CHECK (role IN ('guest', 'shopper', 'merchant', 'operator')),
  locale text NOT NULL CHECK (locale IN ('en', 'zh')),
  -- SHA-256 of the token, which has 256 bits of its own.
  hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  -- With the secret, which is not here, it gives the token again to a repetition of the command that made it.
  salt bytea CHECK (octet_length(salt) = 32),
  token_command text NOT NULL,
  token_at timestamptz NOT NULL,
  previous_hash bytea,
  -- One challenge opens one session.
  challenge_id text UNIQUE,
  ip text NOT NULL,
  user_agent text NOT NULL CHECK (length(user_agent) <= 200),
  created_at timestamptz NOT NULL,
  authenticated_at timestamptz,
  seen_at timestamptz NOT NULL,
  idle_seconds integer NOT NULL CHECK (idle_seconds > 0),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT session_token_command UNIQUE (tenant, token_command),
  CONSTRAINT guest_is_nobody CHECK ((role = 'guest') = (person_id IS NULL)),
  CONSTRAINT person_has_proved CHECK ((person_id IS NULL) = (authenticated_at IS NULL)),
  CONSTRAINT subject_is_person CHECK (person_id IS NULL OR subject = person_id)
);
CREATE INDEX session_of_person ON session (person_id) WHERE ended_at IS NULL;
CREATE INDEX session_salted ON session (token_at) WHERE salt IS NOT NULL;
CREATE INDEX session_old ON session (expires_at);
GRANT SELECT, INSERT, DELETE,
  UPDATE (hash, salt, token_command, token_at, previous_hash, seen_at, ended_at)
  ON session TO identity_app;
