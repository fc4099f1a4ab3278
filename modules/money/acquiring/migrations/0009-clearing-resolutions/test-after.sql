DO $$
BEGIN
  INSERT INTO clearing_resolution (id, tenant, exception, verdict, evidence, state, proposed_by, proposed_at)
  VALUES ('clr_1', 't', 'clf_1.2', 'dispute', 'a ticket', 'proposed', 'key:1', now());
  BEGIN
    INSERT INTO clearing_resolution (id, tenant, exception, verdict, evidence, state, proposed_by,
      proposed_at)
    VALUES ('clr_2', 't', 'clf_1.2', 'dispute', 'a ticket', 'proposed', 'key:2', now());
    ASSERT false, 'two proposals about one exception are open';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
  BEGIN
    UPDATE clearing_resolution SET state = 'applied', decided_by = 'key:1', decided_at = now();
    ASSERT false, 'one person is enough';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  ASSERT NOT has_column_privilege('acquiring_app', 'clearing_resolution', 'movement', 'UPDATE'),
    'what was proposed can be changed';
END $$;
