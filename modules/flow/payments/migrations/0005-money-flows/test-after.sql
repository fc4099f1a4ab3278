DO $$
BEGIN
  ASSERT NOT EXISTS (
    SELECT FROM payments.charge AS c JOIN payments.intent AS i ON i.latest_charge = c.id
    WHERE i.status = 'requires_capture' AND (
      SELECT coalesce(sum((hold ->> 'amount')::numeric), 0) FROM jsonb_array_elements(c.holds) AS hold
    ) <> i.amount_capturable),
    'what is held can be captured';
  BEGIN
    INSERT INTO payments.customer (id, tenant, created_at, version, name, metadata, deleted)
    VALUES ('cus_1', 't', now(), 1, 'Ada', '{}', true);
    ASSERT false, 'who was deleted has no name';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
