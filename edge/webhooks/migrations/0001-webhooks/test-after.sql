DO $$
BEGIN
  ASSERT NOT has_table_privilege('webhooks_app', 'attempt', 'UPDATE'), 'what was sent is not changed';
  ASSERT NOT has_table_privilege('webhooks_app', 'event', 'UPDATE'), 'what clients were told is not changed';
  INSERT INTO endpoint (id, tenant, created_at, version, url, metadata, enabled_events, status, secret)
  VALUES ('we_1', 'acct_1', now(), 1, 'https://shop.example/hook', '{}', ARRAY['*'], 'enabled', 'x');
  BEGIN
    UPDATE endpoint SET status = 'disabled' WHERE id = 'we_1';
    ASSERT false, 'a disabled endpoint says why';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    UPDATE endpoint SET previous_secret = 'y' WHERE id = 'we_1';
    ASSERT false, 'a previous secret has an end';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  INSERT INTO delivery (endpoint, event, tenant, state, created_at, round_at, next_at)
  VALUES ('we_1', 'evt_1', 'acct_1', 'pending', now(), now(), now());
  BEGIN
    INSERT INTO delivery (endpoint, event, tenant, state, created_at, round_at, next_at)
    VALUES ('we_1', 'evt_1', 'acct_1', 'pending', now(), now(), now());
    ASSERT false, 'an event is delivered to an endpoint once';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
END
$$;
