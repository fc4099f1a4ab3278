ALTER TABLE intent
  ADD COLUMN shipping jsonb,
  ADD COLUMN capture_requests jsonb NOT NULL
    DEFAULT '{"multicapture": false, "overcapture": false, "incrementalAuthorisation": false}',
  -- The most that may be captured in all; null until it is held.
  ADD COLUMN maximum_capturable numeric(39,0) CHECK (maximum_capturable >= amount),
  -- Whether more than one capture may be made, and how many there were.
  ADD COLUMN multicapture boolean NOT NULL DEFAULT false,
  ADD COLUMN captures integer NOT NULL DEFAULT 0,
  -- Whether the capture in work is the last.
  ADD COLUMN final_capture boolean NOT NULL DEFAULT true,
  ADD COLUMN increments jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_array_length(increments) <= 10),
  DROP CONSTRAINT intent_check1,
  DROP CONSTRAINT intent_check2,
  DROP CONSTRAINT intent_phase_check,
  ADD CONSTRAINT intent_phase_check
    CHECK (phase IN ('authorising', 'incrementing', 'capturing', 'releasing')),
  ADD CONSTRAINT received_within_cap
    CHECK (amount_received BETWEEN 0 AND coalesce(maximum_capturable, amount)),
  ADD CONSTRAINT capture_within_cap
    CHECK (capture_amount BETWEEN 1 AND coalesce(maximum_capturable, amount) - amount_received);
CREATE INDEX intent_operation ON intent (operation_id) WHERE next_attempt_at IS NOT NULL;

ALTER TABLE charge
  ADD COLUMN receipt_email text,
  ADD COLUMN shipping jsonb,
  ADD COLUMN capture_terms jsonb,
  ADD COLUMN holds jsonb NOT NULL DEFAULT '[]',
  DROP CONSTRAINT charge_check,
  ADD CONSTRAINT captured_within_cap CHECK (amount_captured
    BETWEEN 0 AND coalesce((capture_terms ->> 'maximumCapturable')::numeric, amount));
UPDATE charge AS c SET holds = jsonb_build_array(jsonb_build_object(
    'commandId', c.command_id,
    'commandAt', (extract(epoch FROM c.command_at) * 1000000)::bigint,
    'amount', c.amount::text))
FROM intent AS i
WHERE i.latest_charge = c.id AND c.status = 'succeeded' AND NOT c.captured
  AND (i.status = 'requires_capture' OR i.phase IN ('capturing', 'releasing'));

ALTER TABLE refund
  ADD COLUMN unsent boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT refund_status_check,
  ADD CONSTRAINT refund_status_check CHECK (status IN ('pending', 'succeeded', 'failed', 'canceled')),
  DROP CONSTRAINT in_work_is_due,
  ADD CONSTRAINT in_work_is_due CHECK ((next_attempt_at IS NOT NULL) =
    (status = 'pending' OR (status = 'succeeded' AND failure_reason IS NOT NULL))),
  ADD CONSTRAINT only_pending_is_unsent CHECK (NOT unsent OR status = 'pending');
UPDATE refund SET failure_reason = 'unknown' WHERE failure_reason = 'reversed';
UPDATE refund SET failure_reason = 'declined' WHERE failure_reason NOT IN ('declined', 'unknown');

ALTER TABLE customer
  ADD COLUMN address jsonb,
  ADD COLUMN shipping jsonb,
  ADD COLUMN preferred_locales jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN default_payment_method text,
  ADD COLUMN deleted boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT deleted_has_no_data
    CHECK (NOT deleted OR num_nonnulls(name, email, phone, description, address, shipping) = 0);
