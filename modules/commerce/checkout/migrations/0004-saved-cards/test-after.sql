DO $$
BEGIN
  INSERT INTO checkout.session (id, tenant, created_at, command_id, mode, status, payment_status,
    currency, customer, person, amount_total, lines, customer_creation, metadata, intent_data, expires_at,
    holds_place, due_at)
  VALUES ('s', 't', now(), 'c', 'payment', 'open', 'unpaid', 'eur', 'cus', 'person', 1, '[]', 'always',
    '{}', '{}', now(), false, now());
  BEGIN
    UPDATE checkout.session SET customer = NULL WHERE id = 's';
    ASSERT false, 'a person without a customer has no cards to be guarded';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
