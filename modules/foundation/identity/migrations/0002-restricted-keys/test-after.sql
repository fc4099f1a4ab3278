DO $$ BEGIN
  BEGIN
    INSERT INTO api_key (id, tenant, kind, name, hint, hash, command_id, created_at)
    VALUES ('key_1', 'acct_1', 'restricted', 'n', 'h', sha256('a'), 'c', now());
    RAISE EXCEPTION 'a restricted key without permissions went in';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  ASSERT NOT has_column_privilege('identity_app', 'api_key', 'permissions', 'UPDATE'), 'rights are fixed';
END $$;
