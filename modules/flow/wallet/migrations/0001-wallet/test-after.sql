DO $$
BEGIN
  ASSERT NOT has_table_privilege('wallet_app', 'wallet.operation', 'DELETE'), 'operations are never removed';
  ASSERT NOT has_table_privilege('wallet_app', 'wallet.tier_limit', 'UPDATE'),
    'limits are added, never changed';
  ASSERT NOT has_table_privilege('wallet_app', 'wallet.outbox', 'UPDATE'), 'the outbox is append-only';
  INSERT INTO wallet.wallet VALUES
    ('w', 't', 'p', now(), 'basic', 'active'),
    ('v', 't', 'q', now(), 'basic', 'active');
  BEGIN
    INSERT INTO wallet.wallet VALUES ('x', 't', 'p', now(), 'basic', 'active');
    ASSERT false, 'a person has one wallet';
  EXCEPTION WHEN unique_violation THEN
    NULL;
  END;
  BEGIN
    INSERT INTO wallet.operation (id, tenant, created_at, command_id, kind, wallet, currency, amount, status,
      attempts, captured, refunded, approved_by, paid_by)
    VALUES ('o', 't', now(), 'c', 'withdrawal', 'w', 'eur', 1, 'approved', 0, 0, 0,
      'operator:a', 'operator:a');
    ASSERT false, 'whoever approves a withdrawal does not pay it';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  BEGIN
    INSERT INTO wallet.operation (id, tenant, created_at, command_id, kind, wallet, counterparty, currency,
      amount, status, attempts, captured, refunded)
    VALUES ('o', 't', now(), 'c', 'send', 'w', 'w', 'eur', 1, 'pending', 0, 0, 0);
    ASSERT false, 'nobody sends to themselves';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
