-- What two people have found out about an outcome that is not known, or about an advice that was refused.
CREATE TABLE resolution (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  -- The payment intent or the refund, and the refused advice of it that this is about.
  subject text NOT NULL,
  advice text REFERENCES refused_advice (advice_id),
  kind text NOT NULL CHECK (kind IN ('authorisation', 'increment', 'capture', 'release', 'refund')),
  verdict text NOT NULL CHECK (verdict IN (
    'approved', 'not_charged', 'captured', 'not_captured', 'refunded', 'not_refunded', 'dismiss')),
  evidence text NOT NULL CHECK (evidence <> ''),
  approval_code text,
  reference text,
  -- The message at the acquirer that it settles, by its command: never a later one of the same payment.
  settles text,
  state text NOT NULL CHECK (state IN ('proposed', 'confirmed', 'applied', 'overtaken', 'rejected')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  settled_at timestamptz,
  CONSTRAINT advice_or_message CHECK ((advice IS NULL) <> (settles IS NULL)),
  CONSTRAINT somebody_decides CHECK ((state = 'proposed') = (decided_by IS NULL)),
  CONSTRAINT decided_at_some_time CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CONSTRAINT two_people CHECK (decided_by <> proposed_by),
  CONSTRAINT settled_at_some_time CHECK ((state IN ('applied', 'overtaken')) = (settled_at IS NOT NULL))
);
CREATE UNIQUE INDEX one_open_resolution ON resolution (tenant, subject, coalesce(advice, ''))
  WHERE state IN ('proposed', 'confirmed');
CREATE INDEX resolution_by_time ON resolution (tenant, proposed_at DESC, id DESC);
CREATE INDEX resolution_to_apply ON resolution (decided_at) WHERE state = 'confirmed';
GRANT SELECT, INSERT ON resolution TO payments_app;
GRANT UPDATE (state, decided_by, decided_at, decision_reason, settled_at) ON resolution TO payments_app;

ALTER TABLE refused_advice
  -- Minor units that it was about; null where it was refused before this was kept.
  ADD COLUMN amount numeric(39,0) CHECK (amount > 0),
  -- What has settled it; it is listed until then.
  ADD COLUMN resolution text REFERENCES resolution (id);
GRANT UPDATE (resolution) ON refused_advice TO payments_app;

-- False: the acquirer never had the money, so a refund gives back what only our books have moved.
ALTER TABLE refund ADD COLUMN at_acquirer boolean NOT NULL DEFAULT true;
