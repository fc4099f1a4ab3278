DO $$
DECLARE
  told text := 'nothing';
BEGIN
  ASSERT NOT EXISTS (
    SELECT FROM charge AS c WHERE amount_sent_back <> (
      SELECT coalesce(sum(amount), 0) FROM refund WHERE charge = c.id AND status = 'succeeded')),
    'refunds of before are counted';
  INSERT INTO intent (id, tenant, created_at, version, status, amount, currency, amount_capturable,
    amount_received, capture_method, confirmation_method, client_secret, metadata, split, attempt,
    off_session, request_three_d_secure, attempts)
  VALUES ('pi_sent_back', 't', now(), 1, 'succeeded', 100, 'eur', 0, 100, 'automatic', 'automatic', 's', '{}',
    '[]', 1, false, 'automatic', 0);
  INSERT INTO charge (id, tenant, created_at, intent, status, amount, amount_captured, amount_refunded,
    currency, captured, payment_method, card, split, outcome, metadata, command_id, command_at, shares,
    refunded_parts)
  VALUES ('ch_sent_back', 't', now(), 'pi_sent_back', 'succeeded', 100, 100, 50, 'eur', true, 'pm_1', '{}',
    '[]', '{}', '{}', 'cmd_sent_back', now(), '[]', '[]');
  BEGIN
    UPDATE charge SET amount_sent_back = 51 WHERE id = 'ch_sent_back';
  EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS told = CONSTRAINT_NAME;
  END;
  ASSERT told = 'sent_back_was_refunded', 'nothing is sent back that no refund has reserved';
END
$$;
