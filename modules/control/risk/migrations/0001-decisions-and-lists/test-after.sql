DO $$
BEGIN
  ASSERT NOT has_table_privilege('risk_app', 'risk.decision', 'UPDATE'), 'decisions must be append-only';
  ASSERT NOT has_table_privilege('risk_app', 'risk.decision', 'DELETE'), 'decisions must be append-only';
  ASSERT NOT has_table_privilege('risk_app', 'risk.outcome', 'UPDATE'), 'outcomes must be append-only';
  INSERT INTO risk.decision (id, tenant, command_id, payment, at, action, score, reasons, subject, features,
    amount, currency, card_fingerprint)
  VALUES ('rd_1', 't', 'c', 'pi_1', now(), 'allow', 0, '[]', '{}', '{}', 1, 'eur', 'f');
  BEGIN
    INSERT INTO risk.decision (id, tenant, command_id, payment, at, action, score, reasons, subject, features,
      amount, currency, card_fingerprint)
    VALUES ('rd_2', 't', 'c', 'pi_1', now(), 'allow', 0, '[]', '{}', '{}', 1, 'eur', 'f');
    ASSERT false, 'a command must decide once';
  EXCEPTION WHEN unique_violation THEN
    NULL;
  END;
END $$;
