DO $$
BEGIN
  INSERT INTO resolution (id, tenant, subject, kind, verdict, evidence, settles, state, proposed_by,
    proposed_at, expires_at)
  VALUES ('rsl_1', 't', 'pi_1', 'authorisation', 'not_charged', 'seen', 'cmd_1', 'proposed', 'key:1', now(),
    now());
  BEGIN
    UPDATE resolution SET state = 'confirmed', decided_by = 'key:1', decided_at = now();
    ASSERT false, 'one person alone';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE resolution SET state = 'withdrawn', decided_by = 'key:2', decided_at = now();
    ASSERT false, 'another person withdraws';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  UPDATE resolution SET state = 'withdrawn', decided_by = 'key:1', decided_at = now();
  UPDATE resolution SET state = 'expired', decided_by = NULL, decided_at = NULL;
  INSERT INTO resolution (id, tenant, subject, kind, verdict, evidence, settles, state, proposed_by,
    proposed_at, expires_at)
  VALUES ('rsl_2', 't', 'pi_1', 'authorisation', 'approved', 'seen', 'cmd_1', 'proposed', 'key:2', now(),
    now());
  ASSERT NOT has_column_privilege('payments_app', 'resolution', 'expires_at', 'UPDATE'),
    'the time to decide can be made longer';
END $$;
