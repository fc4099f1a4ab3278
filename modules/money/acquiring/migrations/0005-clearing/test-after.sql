DO $$
BEGIN
  INSERT INTO clearing_file VALUES ('clf_1', 'host', 'a.csv', sha256('a'), 2, now());
  INSERT INTO clearing_record (id, file, connector, line, type, reference, approval_code, amount, fee,
    currency, booked_at, created_at, subject, tenant)
  VALUES ('clf_1.2', 'clf_1', 'host', 2, 'capture', 'r', 'A', 100, 0, 'eur', now(), now(), 'adv_1', 't');
  BEGIN
    INSERT INTO clearing_record (id, file, connector, line, type, reference, approval_code, amount, fee,
      currency, booked_at, created_at, subject, tenant)
    VALUES ('clf_1.3', 'clf_1', 'host', 3, 'capture', 'r', 'A', 100, 0, 'eur', now(), now(), 'adv_1', 't');
    ASSERT false, 'one capture is cleared twice';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO clearing_record (id, file, connector, line, type, reference, approval_code, amount, fee,
      currency, booked_at, created_at)
    VALUES ('clf_1.3', 'clf_1', 'host', 3, 'capture', 'r', 'A', 100, 0, 'eur', now(), now());
    ASSERT false, 'a record is neither matched nor an exception';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO clearing_file VALUES ('clf_2', 'host', 'b.csv', sha256('a'), 2, now());
    ASSERT false, 'one text is imported twice';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
  ASSERT NOT has_table_privilege('acquiring_app', 'clearing_file', 'UPDATE, DELETE, TRUNCATE'),
    'imported files are not append-only';
  ASSERT NOT has_column_privilege('acquiring_app', 'clearing_record', 'amount', 'UPDATE'),
    'what the acquirer said can be changed';
END $$;
