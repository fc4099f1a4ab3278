DO $$
DECLARE
  told text := 'nothing';
BEGIN
  INSERT INTO intent (id, tenant, created_at, version, status, amount, currency, amount_capturable,
    amount_received, capture_method, confirmation_method, client_secret, metadata, split, attempt,
    off_session, request_three_d_secure, attempts, automatic_payment_methods)
  SELECT 'pi_' || asked, 't', now(), 1, 'requires_confirmation', 100, 'eur', 0, 0, 'manual', 'automatic', 's',
    '{}', '[]', 0, false, 'automatic', 0, asked FROM unnest(ARRAY['always', 'never']) AS a (asked);
  BEGIN
    UPDATE intent SET automatic_payment_methods = 'sometimes' WHERE id = 'pi_always';
  EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS told = CONSTRAINT_NAME;
  END;
  ASSERT told = 'automatic_methods_are_known', 'only what is known is stored';
END
$$;
