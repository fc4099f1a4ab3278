DO $$
BEGIN
  ASSERT NOT has_table_privilege('payments_app', 'payments.intent', 'DELETE'), 'intents are never deleted';
  ASSERT NOT has_table_privilege('payments_app', 'payments.charge', 'DELETE'), 'charges are never deleted';
  ASSERT NOT has_table_privilege('payments_app', 'payments.refund', 'DELETE'), 'refunds are never deleted';
  ASSERT NOT has_table_privilege('payments_app', 'payments.outbox', 'UPDATE'), 'the outbox is append-only';
  BEGIN
    INSERT INTO payments.intent (id, tenant, created_at, version, status, amount, currency,
      amount_capturable, amount_received, capture_method, confirmation_method, client_secret, metadata,
      split, attempt, off_session, request_three_d_secure, attempts)
    VALUES ('pi_1', 't', now(), 1, 'processing', 1, 'eur', 0, 0, 'manual', 'automatic', 's', '{}', '[]',
      0, false, 'automatic', 0);
    ASSERT false, 'a payment in work must have a phase and be due';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
