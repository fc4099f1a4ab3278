DO $$
BEGIN
  ASSERT (
    SELECT count(*) FROM pg_index WHERE indrelid = 'risk.decision'::regclass
  ) = 5, 'every index has its replacement';
  ASSERT NOT EXISTS (
    SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = 'risk.decision'::regclass AND a.attname = 'tenant'
  ), 'no index may begin with the tenant';
  INSERT INTO risk.decision (id, tenant, command_id, payment, at, action, score, reasons, subject, features,
    amount, currency, card_fingerprint)
  VALUES ('rd_1', 't', 'c', 'pi_1', now(), 'allow', 0, '[]', '{}', '{}', 1, 'eur', 'f'),
    ('rd_2', 'u', 'c', 'pi_1', now(), 'allow', 0, '[]', '{}', '{}', 1, 'eur', 'f');
  BEGIN
    INSERT INTO risk.decision (id, tenant, command_id, payment, at, action, score, reasons, subject, features,
      amount, currency, card_fingerprint)
    VALUES ('rd_3', 't', 'c', 'pi_1', now(), 'allow', 0, '[]', '{}', '{}', 1, 'eur', 'f');
    ASSERT false, 'a command must decide once';
  EXCEPTION WHEN unique_violation THEN
    NULL;
  END;
END $$;
