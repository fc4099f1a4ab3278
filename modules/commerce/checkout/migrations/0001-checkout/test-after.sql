DO $$
BEGIN
  ASSERT NOT has_table_privilege('checkout_app', 'checkout.session', 'DELETE'), 'sessions are never removed';
  ASSERT NOT has_table_privilege('checkout_app', 'checkout.outbox', 'UPDATE'), 'the outbox is append-only';
  BEGIN
    INSERT INTO checkout.link (id, tenant, created_at, active, currency, lines, after_completion,
      allow_promotion_codes, customer_creation, submit_type, intent_data, metadata,
      completed_sessions_limit, completed_sessions, places_taken)
    VALUES ('l', 't', now(), true, 'eur', '[]', '{}', false, 'always', 'auto', '{}', '{}', 1, 0, 2);
    ASSERT false, 'a limited link has no more places than its limit';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  BEGIN
    INSERT INTO checkout.session (id, tenant, created_at, command_id, mode, status, payment_status, currency,
      amount_total, lines, customer_creation, metadata, intent_data, expires_at, holds_place, due_at)
    VALUES ('s', 't', now(), 'c', 'payment', 'open', 'paid', 'eur', 1, '[]', 'always', '{}', '{}', now(),
      false, now());
    ASSERT false, 'an open session is not paid';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
