DO $$
BEGIN
  ASSERT NOT has_table_privilege('acquiring_app', 'acquiring.increment', 'DELETE'), 'increments stay';
  ASSERT NOT has_column_privilege('acquiring_app', 'acquiring.increment', 'amount', 'UPDATE'),
    'what was asked for stays';
  BEGIN
    INSERT INTO acquiring.authorisation (id, tenant, command_id, connector, payment_method, merchant, amount,
      currency, descriptor, stan, transmitted_at, answer_by, state, approval_code, network_code, reference,
      captured, overcapture_percent, created_at, updated_at)
    VALUES ('au_1', 't', 'c', 'host', 'pm', 'm', 199, 'eur', 'd', 1, now(), now(), 'approved', 'a', '00', 'r',
      229, 15, now(), now());
    ASSERT false, 'no more is captured than the acquirer allows';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
