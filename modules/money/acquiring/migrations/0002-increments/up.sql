ALTER TABLE authorisation
  ADD COLUMN multicapture boolean NOT NULL DEFAULT false,
  ADD COLUMN incremental boolean NOT NULL DEFAULT false,
  ADD COLUMN overcapture_percent int NOT NULL DEFAULT 0 CHECK (overcapture_percent BETWEEN 0 AND 100),
  -- What increments have added to the amount of the first message.
  ADD COLUMN incremented numeric(39,0) NOT NULL DEFAULT 0 CHECK (incremented >= 0),
  DROP CONSTRAINT authorisation_check,
  ADD CONSTRAINT captured_within_terms CHECK (captured BETWEEN 0
    AND amount + incremented + div((amount + incremented) * overcapture_percent, 100));
GRANT UPDATE (incremented) ON authorisation TO acquiring_app;

CREATE TABLE increment (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  command_id text NOT NULL,
  authorisation_id text NOT NULL REFERENCES authorisation (id),
  connector text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  stan int NOT NULL CHECK (stan BETWEEN 1 AND 999999),
  transmitted_at timestamptz NOT NULL,
  answer_by timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('sent', 'approved', 'declined', 'pending', 'reversed')),
  approval_code text,
  network_code text,
  decline_code text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant, command_id),
  CHECK (state <> 'declined' OR (decline_code IS NOT NULL AND network_code IS NOT NULL))
);
CREATE INDEX increment_unanswered ON increment (answer_by) WHERE state = 'sent';
CREATE INDEX increment_authorisation ON increment (authorisation_id);
GRANT SELECT, INSERT ON increment TO acquiring_app;
GRANT UPDATE (state, approval_code, network_code, decline_code, updated_at) ON increment TO acquiring_app;

ALTER TABLE refund
  ADD COLUMN decline_code text,
  DROP CONSTRAINT refund_state_check,
  ADD CONSTRAINT refund_state_check
    CHECK (state IN ('sent', 'approved', 'declined', 'pending', 'reversed', 'returned')),
  ADD CONSTRAINT returned_says_why CHECK (state <> 'returned' OR decline_code IS NOT NULL);
CREATE INDEX refund_trace ON refund (stan, transmitted_at);
GRANT UPDATE (decline_code) ON refund TO acquiring_app;

ALTER TABLE advice
  ADD COLUMN increment_id text REFERENCES increment (id),
  -- The payment's first message, where the original carries its reference and is another one.
  ADD COLUMN first_stan int,
  ADD COLUMN first_at timestamptz,
  ADD CONSTRAINT increments_are_resolved CHECK (increment_id IS NULL OR kind = 'resolution'),
  ADD CONSTRAINT first_is_whole CHECK ((first_stan IS NULL) = (first_at IS NULL));
