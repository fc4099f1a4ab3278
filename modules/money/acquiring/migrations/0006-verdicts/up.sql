-- People found out what became of a message whose answer was lost. Where it stands after all, the message
-- that would take it back is withdrawn.
ALTER TABLE advice DROP CONSTRAINT advice_state_check,
  ADD CONSTRAINT advice_state_check CHECK (state IN ('queued', 'acknowledged', 'refused', 'withdrawn')),
  ADD CONSTRAINT only_resolutions_are_withdrawn CHECK (state <> 'withdrawn' OR kind = 'resolution');

-- What was tried for a payment is read by its authorisation.
-- Captures and refunds are found so already.
CREATE INDEX advice_other ON advice (authorisation_id) WHERE kind <> 'capture';

-- Verdicts that settled something, by the command that brought them: a repetition is answered as it was.
-- Append-only.
CREATE TABLE verdict (
  tenant text NOT NULL,
  command_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('authorisation', 'increment', 'refund')),
  subject text NOT NULL,
  stands boolean NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, command_id)
);
GRANT SELECT, INSERT ON verdict TO acquiring_app;
