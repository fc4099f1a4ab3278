DO $$ BEGIN
  BEGIN
    INSERT INTO api_key (id, tenant, kind, name, hint, hash, command_id, created_at, origins)
    VALUES ('key_1', 'acct_1', 'secret', 'n', 'h', sha256('a'), 'c', now(), '{http://localhost}');
    RAISE EXCEPTION 'a secret key with origins went in';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  ASSERT NOT has_column_privilege('identity_app', 'api_key', 'origins', 'UPDATE'), 'origins are fixed';
END $$;
