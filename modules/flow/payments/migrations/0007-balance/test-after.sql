DO $$
BEGIN
  ASSERT NOT has_table_privilege('payments_app', 'balance_transaction', 'UPDATE, DELETE, TRUNCATE'),
    'balance transactions are not append-only';
  BEGIN
    INSERT INTO balance_transaction VALUES ('txn_1', 't', now(), 'charge', 0, 'eur', 'ch_1', now());
    ASSERT false, 'a balance transaction moves nothing';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
END $$;
