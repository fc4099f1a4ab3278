DO $$
BEGIN
  INSERT INTO authorisation (id, tenant, command_id, connector, payment_method, merchant, amount, currency,
    descriptor, stan, transmitted_at, answer_by, state, approval_code, network_code, reference, created_at,
    updated_at, stand_in)
  VALUES ('au_1', 't', 'c', 'host', 'pm_1', 'm', 100, 'eur', 'd', 1, now(), now(), 'approved', 'A', '00', 'r',
    now(), now(), 'queued');
  INSERT INTO advice (id, tenant, command_id, kind, authorisation_id, connector, amount, remaining, currency,
    final, stan, transmitted_at, original_stan, original_at, state, attempts, next_at, created_at)
  VALUES ('adv_1', 't', 'c', 'capture', 'au_1', 'host', 100, 0, 'eur', true, 2, now(), 1, now(), 'waiting', 1,
    now(), now());
  BEGIN
    UPDATE advice SET state = 'withdrawn' WHERE id = 'adv_1';
    ASSERT false, 'a capture is never withdrawn';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE authorisation SET stand_in = 'refused' WHERE id = 'au_1';
    ASSERT false, 'a refusal says why';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE authorisation SET state = 'declined', decline_code = 'x' WHERE id = 'au_1';
    ASSERT false, 'what was approved on our own risk is approved';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  ASSERT NOT has_table_privilege('acquiring_app', 'stand_in_day', 'DELETE, TRUNCATE'),
    'what counts against a limit can be forgotten';
END $$;
