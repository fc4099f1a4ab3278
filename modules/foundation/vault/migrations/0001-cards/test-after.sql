DO $$
BEGIN
  ASSERT NOT has_table_privilege('vault_app', 'card', 'DELETE'), 'the application may not delete cards';
  ASSERT NOT has_column_privilege('vault_app', 'card', 'tenant', 'UPDATE'), 'a card never changes its tenant';
  ASSERT NOT has_column_privilege('vault_app', 'card', 'id', 'UPDATE'), 'a card never changes its id';
  ASSERT NOT EXISTS (
    SELECT FROM information_schema.columns
    WHERE table_schema = 'vault' AND column_name ~ '(cvv|cvc|cvn|security_code)'
  ), 'security codes are never stored';

  INSERT INTO data_key (tenant, version, kek_version, wrapped, created_at)
  VALUES ('acct_test', 1, 1, decode(repeat('00', 60), 'hex'), now());
  BEGIN
    INSERT INTO card (id, tenant, token, brand, bin, last4, exp_month, exp_year, fingerprint, country,
      funding, key_version, pan, details, command_id, request_hash, created_at)
    VALUES ('pm_test', 'acct_test', '9990000000000000000', 'visa', '400000', '0000', 1, 2030,
      repeat('a', 32), 'ZZ', 'unknown', 2, '\x00', '\x00', 'c', decode(repeat('00', 32), 'hex'), now());
    ASSERT false, 'a card needs a data key of its own tenant';
  EXCEPTION WHEN foreign_key_violation THEN
    NULL;
  END;
END
$$;
