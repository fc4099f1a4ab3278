DO $$
BEGIN
  INSERT INTO data_key (tenant, version, kek_version, wrapped, created_at)
  VALUES ('acct_test', 1, 1, decode(repeat('00', 60), 'hex'), now());
  INSERT INTO card (id, tenant, token, brand, bin, last4, exp_month, exp_year, fingerprint, country,
    funding, key_version, pan, details, command_id, request_hash, created_at)
  VALUES ('pm_test', 'acct_test', '9990000000000000000', 'visa', '400000', '0000', 1, 2030,
    repeat('a', 32), 'ZZ', 'unknown', 1, '\x00', '\x00', 'c', decode(repeat('00', 32), 'hex'), now());
  INSERT INTO token (id, tenant, card, command_id, request_hash, created_at, expires_at)
  VALUES ('tok_test', 'acct_test', 'pm_test', 'c', decode(repeat('00', 32), 'hex'), now(),
    now() + interval '1 h');
  BEGIN
    UPDATE token SET used_for = 'pi_test' WHERE id = 'tok_test';
    ASSERT false, 'what a token was used for is known only of one that was used';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  BEGIN
    UPDATE token SET terms = '\x00' WHERE id = 'tok_test';
    ASSERT false, 'terms are sealed with a key';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  ASSERT NOT has_column_privilege('vault_app', 'token', 'card', 'UPDATE'),
    'a token stands for one card for ever';
  DELETE FROM token;
  DELETE FROM card;
  DELETE FROM data_key WHERE tenant = 'acct_test';
END
$$;
