-- Whether ways to pay that redirect the shopper are among those offered automatically, as it was asked for;
-- null: no way was left to the server.
ALTER TABLE intent ADD COLUMN automatic_payment_methods text;
ALTER TABLE setup_intent ADD COLUMN automatic_payment_methods text
  CHECK (automatic_payment_methods IN ('always', 'never'));
CREATE OR REPLACE FUNCTION intent_rules(i intent) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  broken constant text := CASE
    WHEN i.status NOT IN (
      'requires_payment_method', 'requires_confirmation', 'requires_action',
      'processing', 'requires_capture', 'canceled', 'succeeded') THEN 'status_is_known'
    WHEN i.phase NOT IN ('authorising', 'incrementing', 'capturing', 'releasing') THEN 'phase_is_known'
    WHEN i.capture_method NOT IN ('automatic', 'manual') THEN 'capture_method_is_known'
    WHEN i.confirmation_method NOT IN ('automatic', 'manual') THEN 'confirmation_method_is_known'
    WHEN i.request_three_d_secure NOT IN ('automatic', 'any') THEN 'three_d_secure_is_known'
    WHEN i.setup_future_usage NOT IN ('on_session', 'off_session') THEN 'usage_is_known'
    WHEN i.automatic_payment_methods NOT IN ('always', 'never') THEN 'automatic_methods_are_known'
    WHEN NOT i.amount > 0 THEN 'amount_is_positive'
    WHEN i.amount_capturable NOT BETWEEN 0 AND i.amount THEN 'capturable_within_amount'
    WHEN NOT i.maximum_capturable >= i.amount THEN 'cap_is_no_less_than_amount'
    WHEN i.amount_received NOT BETWEEN 0 AND coalesce(i.maximum_capturable, i.amount)
      THEN 'received_within_cap'
    WHEN i.capture_amount NOT BETWEEN 1 AND coalesce(i.maximum_capturable, i.amount) - i.amount_received
      THEN 'capture_within_cap'
    WHEN NOT jsonb_array_length(i.increments) <= 10 THEN 'increments_are_few'
    WHEN (i.status = 'processing') <> (i.phase IS NOT NULL) THEN 'in_work_has_a_phase'
    WHEN (i.status = 'processing') <> (i.next_attempt_at IS NOT NULL) THEN 'in_work_is_due'
    WHEN i.status = 'processing' AND (i.operation_id IS NULL OR i.operation_at IS NULL)
      THEN 'in_work_has_an_operation'
    WHEN i.phase = 'capturing' AND i.capture_amount IS NULL THEN 'capture_is_reserved'
  END;
BEGIN
  IF broken IS NULL THEN
    RETURN true;
  END IF;
  RAISE check_violation USING SCHEMA = 'payments', TABLE = 'intent', CONSTRAINT = broken,
    MESSAGE = format('new row for relation "intent" violates check constraint "%s"', broken);
END
$$;
