DO $$
BEGIN
  INSERT INTO delivery (endpoint, event, tenant, state, created_at, round_at, next_at)
  VALUES ('we_1', 'evt_1', 'acct_1', 'pending', now(), now(), now());
  ASSERT (SELECT claimed_until IS NULL AND first_at IS NULL FROM delivery), 'nobody sends it, and nobody has';
  ASSERT NOT EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid
    WHERE i.indrelid = 'delivery'::regclass AND a.attname IN ('claimed_until', 'attempts', 'round_attempts')
      AND a.attnum = ANY (i.indkey)), 'a claim changes no index';
  BEGIN
    UPDATE delivery SET first_at = now();
    ASSERT false, 'a first attempt is kept whole';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
END
$$;
