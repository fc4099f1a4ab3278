DO $$
BEGIN
  ASSERT NOT has_table_privilege('payments_app', 'setup_intent', 'DELETE'), 'setup intents stay';
  BEGIN
    INSERT INTO setup_intent (id, tenant, created_at, version, status, usage, client_secret, metadata,
      request_three_d_secure, attempts)
    VALUES ('seti_1', 'acct_1', now(), 1, 'processing', 'off_session', 's', '{}', 'automatic', 0);
    ASSERT false, 'what is in work is due at some time';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END
$$;
