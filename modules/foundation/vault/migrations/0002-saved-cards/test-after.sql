DO $$
BEGIN
  ASSERT NOT has_table_privilege('vault_app', 'card', 'DELETE'), 'the application may not delete cards';
  INSERT INTO data_key (tenant, version, kek_version, wrapped, created_at)
  VALUES ('acct_test', 1, 1, decode(repeat('00', 60), 'hex'), now());
  INSERT INTO card (id, tenant, token, brand, bin, last4, exp_month, exp_year, fingerprint, country,
    funding, key_version, pan, details, command_id, request_hash, created_at)
  VALUES ('pm_test', 'acct_test', '9990000000000000000', 'diners', '360000', '0000', 1, 2030,
    repeat('a', 32), 'ZZ', 'unknown', 1, '\x00', '\x00', 'c', decode(repeat('00', 32), 'hex'), now());
  BEGIN
    UPDATE card SET erased_at = now(), pan = NULL, details = NULL WHERE id = 'pm_test';
    ASSERT false, 'an erased card keeps no keyed hash of its number';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  BEGIN
    UPDATE card SET detached_at = now(), customer = 'cus_test' WHERE id = 'pm_test';
    ASSERT false, 'a detached card is nobody''s';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  UPDATE card SET erased_at = now(), pan = NULL, details = NULL, key_version = NULL, fingerprint = NULL,
    request_hash = NULL WHERE id = 'pm_test';
  DELETE FROM data_key WHERE tenant = 'acct_test';
END
$$;
