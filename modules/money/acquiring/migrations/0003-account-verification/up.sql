-- A card that is saved is authenticated without an amount.
ALTER TABLE authentication DROP CONSTRAINT authentication_amount_check,
  ADD CONSTRAINT authentication_amount_check CHECK (amount >= 0);

-- What issuers said of cards that were to be saved. No money is at stake, so a row is written with the
-- answer: a question whose answer was lost is asked again. Append-only.
CREATE TABLE verification (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  command_id text NOT NULL,
  connector text NOT NULL,
  payment_method text NOT NULL,
  merchant text NOT NULL,
  authentication_id text REFERENCES authentication (id),
  stan int NOT NULL CHECK (stan BETWEEN 1 AND 999999),
  transmitted_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('verified', 'declined')),
  network_code text NOT NULL,
  decline_code text,
  created_at timestamptz NOT NULL,
  UNIQUE (tenant, command_id),
  CHECK ((state = 'declined') = (decline_code IS NOT NULL))
);
GRANT SELECT, INSERT ON verification TO acquiring_app;
