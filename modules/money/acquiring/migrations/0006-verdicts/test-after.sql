DO $$
BEGIN
  INSERT INTO authorisation (id, tenant, command_id, connector, payment_method, merchant, amount, currency,
    descriptor, stan, transmitted_at, answer_by, state, created_at, updated_at)
  VALUES ('au_1', 't', 'c', 'host', 'pm_1', 'm', 100, 'eur', 'd', 1, now(), now(), 'pending', now(), now());
  INSERT INTO advice (id, tenant, command_id, kind, authorisation_id, connector, amount, remaining, currency,
    final, stan, transmitted_at, original_stan, original_at, state, attempts, next_at, created_at)
  VALUES ('adv_1', 't', 'resolve:au_1', 'resolution', 'au_1', 'host', 100, 0, 'eur', false, 2, now(), 1,
    now(), 'withdrawn', 1, now(), now());
  BEGIN
    UPDATE advice SET kind = 'capture' WHERE id = 'adv_1';
    ASSERT false, 'a capture is never withdrawn';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  ASSERT NOT has_table_privilege('acquiring_app', 'verdict', 'UPDATE, DELETE, TRUNCATE'),
    'verdicts are not append-only';
END $$;
