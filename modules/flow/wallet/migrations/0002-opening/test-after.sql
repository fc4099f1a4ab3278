DO $$
BEGIN
  INSERT INTO wallet.wallet VALUES ('w', 't', 'p', now(), 'basic', 'active');
  BEGIN
    INSERT INTO wallet.operation (id, tenant, created_at, command_id, kind, wallet, currency, amount, status,
      attempts, captured, refunded, payment_intent, receipt_email)
    VALUES ('o', 't', now(), 'c', 'top_up', 'w', 'eur', 1, 'pending', 0, 0, 0, 'pi', 'ada@example.com');
    ASSERT false, 'what is open needs no address any more';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  BEGIN
    INSERT INTO wallet.operation (id, tenant, created_at, command_id, kind, wallet, currency, amount, status,
      attempts, captured, refunded, receipt_email)
    VALUES ('o', 't', now(), 'c', 'top_up', 'w', 'eur', 1, 'canceled', 0, 0, 0, 'ada@example.com');
    ASSERT false, 'what has ended needs no address either';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
