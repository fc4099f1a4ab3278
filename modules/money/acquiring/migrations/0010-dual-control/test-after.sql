DO $$
BEGIN
  INSERT INTO clearing_resolution (id, tenant, exception, verdict, evidence, state, proposed_by, proposed_at,
    expires_at)
  VALUES ('clr_1', 't', 'clf_1.2', 'dispute', 'a ticket', 'proposed', 'key:1', now(), now());
  BEGIN
    UPDATE clearing_resolution SET state = 'applied', decided_by = 'key:1', decided_at = now();
    ASSERT false, 'one person is enough';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE clearing_resolution SET state = 'withdrawn', decided_by = 'key:2', decided_at = now();
    ASSERT false, 'another person withdraws';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  UPDATE clearing_resolution SET state = 'withdrawn', decided_by = 'key:1', decided_at = now();
  UPDATE clearing_resolution SET state = 'expired', decided_by = NULL, decided_at = NULL;
  ASSERT NOT has_column_privilege('acquiring_app', 'clearing_resolution', 'expires_at', 'UPDATE'),
    'the time to decide can be made longer';
END $$;
