-- How often the authorisation was sent, each time to another connector; the row is the last attempt.
ALTER TABLE authorisation ADD COLUMN attempts int NOT NULL DEFAULT 1 CHECK (attempts BETWEEN 1 AND 20);

-- The attempts before the last one: none of them can have left a hold. Append-only.
CREATE TABLE ended_attempt (
  authorisation_id text NOT NULL REFERENCES authorisation (id),
  number int NOT NULL CHECK (number >= 1),
  connector text NOT NULL,
  stan int NOT NULL CHECK (stan BETWEEN 1 AND 999999),
  transmitted_at timestamptz NOT NULL,
  -- declined: the acquirer answered that nobody has decided. not_sent: the message never left.
  result text NOT NULL CHECK (result IN ('declined', 'not_sent')),
  network_code text,
  decline_code text,
  ended_at timestamptz NOT NULL,
  PRIMARY KEY (authorisation_id, number),
  CHECK ((result = 'declined') = (network_code IS NOT NULL AND decline_code IS NOT NULL))
);

-- What the acquirer calls the payment that an advice is about: its name for it where it knows no trace
-- numbers.
ALTER TABLE advice ADD COLUMN original_reference text;

GRANT SELECT, INSERT ON ended_attempt TO acquiring_app;
-- Where it goes, and on the terms of whom.
GRANT UPDATE (connector, stan, transmitted_at, answer_by, attempts, multicapture, incremental,
  overcapture_percent)
  ON authorisation TO acquiring_app;
