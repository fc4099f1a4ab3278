DO $$
BEGIN
  ASSERT NOT has_table_privilege('identity_app', 'person', 'DELETE'), 'people are never deleted';
  ASSERT NOT has_column_privilege('identity_app', 'person', 'email', 'UPDATE'), 'an address is not swapped';
  ASSERT NOT has_column_privilege('identity_app', 'challenge', 'salt', 'UPDATE'), 'a code never changes';
  ASSERT NOT has_column_privilege('identity_app', 'challenge', 'expires_at', 'UPDATE'), 'nor lives longer';
  ASSERT NOT has_column_privilege('identity_app', 'session', 'person_id', 'UPDATE'), 'it keeps its person';
  ASSERT NOT has_column_privilege('identity_app', 'session', 'role', 'UPDATE'), 'and its role';
  ASSERT NOT has_column_privilege('identity_app', 'session', 'expires_at', 'UPDATE'), 'nor lives longer';
  INSERT INTO person (id, tenant, email, display_name, locale, handle, created_at)
  VALUES ('person_1', 't', 'a@b.example', '', 'en', 'ada', now());
  BEGIN
    INSERT INTO membership (person_id, role, account, granted_at) VALUES ('person_1', 'merchant', '', now());
    RAISE EXCEPTION 'a merchant without an account went in';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO session (id, tenant, subject, person_id, role, locale, hash, token_command, token_at, ip,
      user_agent, created_at, authenticated_at, seen_at, idle_seconds, expires_at)
    VALUES ('sess_1', 't', 'person_2', 'person_1', 'shopper', 'en', sha256('a'), 'c', now(), '', '', now(),
      now(), now(), 60, now());
    RAISE EXCEPTION 'a session about somebody else went in';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
END
$$;
