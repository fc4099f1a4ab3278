DO $$
DECLARE
  first int;
BEGIN
  first := nextval('stan');
  ASSERT first BETWEEN 1 AND 999999, 'the trace number is out of range';
  PERFORM setval('stan', 999999);
  ASSERT nextval('stan') = 1, 'the trace number does not wrap to 1';

  INSERT INTO authorisation (id, tenant, command_id, connector, payment_method, merchant, amount, currency,
    descriptor, stan, transmitted_at, answer_by, state, approval_code, network_code, reference, created_at,
    updated_at)
  VALUES ('au_1', 't', 'c', 'host', 'pm_1', 'm', 100, 'eur', 'd', 1, now(), now(), 'approved', 'A', '00', 'R',
    now(), now());
  BEGIN
    UPDATE authorisation SET captured = 101 WHERE id = 'au_1';
    ASSERT false, 'more was captured than was authorised';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE authorisation SET refunded = 1 WHERE id = 'au_1';
    ASSERT false, 'more was refunded than was captured';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE authorisation SET state = 'declined' WHERE id = 'au_1';
    ASSERT false, 'a decline needs its code';
  EXCEPTION WHEN check_violation THEN NULL;
  END;

  ASSERT NOT has_table_privilege('acquiring_app', 'message_log', 'UPDATE, DELETE, TRUNCATE'),
    'the message log is not append-only';
  ASSERT NOT has_table_privilege('acquiring_app', 'authorisation', 'DELETE'), 'authorisations can be deleted';
  ASSERT NOT has_column_privilege('acquiring_app', 'authorisation', 'amount', 'UPDATE'),
    'an amount can be changed';
  ASSERT NOT has_column_privilege('acquiring_app', 'advice', 'stan', 'UPDATE'), 'a trace can be changed';
END $$;
