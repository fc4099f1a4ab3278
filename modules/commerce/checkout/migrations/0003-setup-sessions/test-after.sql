DO $$
BEGIN
  INSERT INTO checkout.session (id, tenant, created_at, command_id, mode, status, payment_status,
    setup_intent, amount_total, lines, customer_creation, metadata, intent_data, expires_at, holds_place,
    due_at)
  VALUES ('s', 't', now(), 'c', 'setup', 'open', 'no_payment_required', 'seti', 0, '[]', 'always', '{}', '{}',
    now(), false, now());
  BEGIN
    UPDATE checkout.session SET amount_total = 1 WHERE id = 's';
    ASSERT false, 'a session that saves a card takes no money';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  BEGIN
    UPDATE checkout.session SET mode = 'payment' WHERE id = 's';
    ASSERT false, 'a payment has no setup intent, and a currency';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
