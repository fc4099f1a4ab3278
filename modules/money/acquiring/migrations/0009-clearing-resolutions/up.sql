-- What two people say about a clearing exception.
CREATE TABLE clearing_resolution (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant text NOT NULL,
  -- The record, or the capture or refund that is in no file.
  exception text NOT NULL CHECK (length(exception) BETWEEN 1 AND 64),
  verdict text NOT NULL CHECK (verdict IN ('match', 'accept_difference', 'dispute')),
  -- The advice of the capture, or the refund, that the record clears.
  movement text,
  evidence text NOT NULL CHECK (evidence <> ''),
  state text NOT NULL CHECK (state IN ('proposed', 'applied', 'overtaken', 'rejected')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  CONSTRAINT disputes_clear_nothing CHECK ((verdict = 'dispute') = (movement IS NULL)),
  CONSTRAINT somebody_decides CHECK ((state = 'proposed') = (decided_by IS NULL)),
  CONSTRAINT decided_at_some_time CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CONSTRAINT two_people CHECK (decided_by <> proposed_by)
);
CREATE UNIQUE INDEX one_open_clearing_resolution ON clearing_resolution (exception) WHERE state = 'proposed';
CREATE INDEX clearing_resolution_by_time ON clearing_resolution (proposed_at DESC, id DESC);
GRANT SELECT, INSERT ON clearing_resolution TO acquiring_app;
GRANT UPDATE (state, decided_by, decided_at, decision_reason) ON clearing_resolution TO acquiring_app;
