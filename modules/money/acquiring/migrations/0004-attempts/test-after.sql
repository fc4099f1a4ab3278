DO $$
BEGIN
  INSERT INTO authorisation (id, tenant, command_id, connector, payment_method, merchant, amount, currency,
    descriptor, stan, transmitted_at, answer_by, state, created_at, updated_at)
  VALUES ('au_1', 't', 'c', 'host', 'pm_1', 'm', 100, 'eur', 'd', 1, now(), now(), 'sent', now(),
    now());
  ASSERT (SELECT attempts = 1 FROM authorisation WHERE id = 'au_1'), 'a new row is its first attempt';
  INSERT INTO ended_attempt VALUES ('au_1', 1, 'host', 1, now(), 'not_sent', NULL, NULL, now());
  BEGIN
    INSERT INTO ended_attempt VALUES ('au_1', 2, 'host', 2, now(), 'declined', '91', NULL, now());
    ASSERT false, 'a decline needs its code';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO ended_attempt VALUES ('au_1', 1, 'other', 3, now(), 'not_sent', NULL, NULL, now());
    ASSERT false, 'one attempt ended twice';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
  ASSERT NOT has_table_privilege('acquiring_app', 'ended_attempt', 'UPDATE, DELETE, TRUNCATE'),
    'ended attempts are not append-only';
END $$;
