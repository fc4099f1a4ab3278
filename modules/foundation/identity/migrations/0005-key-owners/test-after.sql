DO $$ BEGIN
  INSERT INTO person (id, tenant, email, display_name, locale, handle, created_at)
  VALUES ('person_1', 't', 'a@b.example', '', 'en', 'ada', now());
  BEGIN
    INSERT INTO api_key (id, tenant, kind, name, hint, hash, command_id, created_at, owner)
    VALUES ('key_1', 't', 'secret', 'n', 'h', sha256('a'), 'c', now(), 'person_1');
    RAISE EXCEPTION 'a secret key acts as a person';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO api_key (id, tenant, kind, name, hint, hash, command_id, created_at, owner)
    VALUES ('key_1', 't', 'operator', 'n', 'h', sha256('a'), 'c', now(), 'person_2');
    RAISE EXCEPTION 'a key belongs to a person who is not there';
  EXCEPTION WHEN foreign_key_violation THEN NULL;
  END;
  ASSERT NOT has_column_privilege('identity_app', 'api_key', 'owner', 'UPDATE'), 'a key changes hands';
END $$;
