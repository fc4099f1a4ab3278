-- Proposals are withdrawn by whoever made them, and expire where nobody decides in time.
ALTER TABLE resolution
  ADD COLUMN expires_at timestamptz,
  DROP CONSTRAINT resolution_state_check,
  DROP CONSTRAINT somebody_decides,
  DROP CONSTRAINT two_people;
-- Those that wait have their time from now on.
UPDATE resolution SET expires_at = greatest(proposed_at, CASE WHEN state = 'proposed' THEN now() END)
  + interval '7 days';
ALTER TABLE resolution
  ALTER COLUMN expires_at SET NOT NULL,
  ADD CONSTRAINT resolution_state_check CHECK (state IN (
    'proposed', 'confirmed', 'applied', 'overtaken', 'rejected', 'withdrawn', 'expired')),
  ADD CONSTRAINT somebody_decides CHECK ((state IN ('proposed', 'expired')) = (decided_by IS NULL)),
  ADD CONSTRAINT two_people CHECK ((decided_by = proposed_by) = (state = 'withdrawn'));
CREATE INDEX resolution_to_expire ON resolution (expires_at) WHERE state = 'proposed';
