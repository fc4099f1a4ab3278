DO $$
BEGIN
  INSERT INTO resolution (id, tenant, subject, kind, verdict, evidence, settles, state, proposed_by,
    proposed_at)
  VALUES ('rsl_1', 't', 'pi_1', 'authorisation', 'not_charged', 'seen', 'cmd_1', 'proposed', 'key:1', now());
  BEGIN
    UPDATE resolution SET state = 'confirmed', decided_by = 'key:1', decided_at = now();
    ASSERT false, 'one person alone';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE resolution SET state = 'confirmed';
    ASSERT false, 'nobody decided';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO resolution (id, tenant, subject, kind, verdict, evidence, settles, state, proposed_by,
      proposed_at)
    VALUES ('rsl_2', 't', 'pi_1', 'authorisation', 'approved', 'seen', 'cmd_1', 'proposed', 'key:2', now());
    ASSERT false, 'two open proposals for one thing';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
  ASSERT NOT has_table_privilege('payments_app', 'resolution', 'DELETE'), 'resolutions stay';
  ASSERT NOT has_column_privilege('payments_app', 'resolution', 'evidence', 'UPDATE'),
    'what was proposed stays as it was proposed';
  ASSERT NOT has_column_privilege('payments_app', 'resolution', 'proposed_by', 'UPDATE'),
    'who proposed stays';
END $$;
