DO $$
DECLARE
  sound intent;
  wrong record;
  told text;
BEGIN
  INSERT INTO intent (id, tenant, created_at, version, status, amount, currency, amount_capturable,
    amount_received, capture_method, confirmation_method, client_secret, metadata, split, attempt,
    off_session, request_three_d_secure, attempts)
  VALUES ('pi_rules', 't', now(), 1, 'requires_confirmation', 100, 'eur', 0, 0, 'manual', 'automatic', 's',
    '{}', '[]', 0, false, 'automatic', 0)
  RETURNING * INTO sound;
  FOR wrong IN SELECT * FROM (VALUES
    ('status_is_known', '{"status": "paid"}'),
    ('phase_is_known', '{"phase": "waiting"}'),
    ('capture_method_is_known', '{"capture_method": "later"}'),
    ('confirmation_method_is_known', '{"confirmation_method": "later"}'),
    ('three_d_secure_is_known', '{"request_three_d_secure": "never"}'),
    ('usage_is_known', '{"setup_future_usage": "any"}'),
    ('amount_is_positive', '{"amount": 0}'),
    ('capturable_within_amount', '{"amount_capturable": 101}'),
    ('capturable_within_amount', '{"amount_capturable": -1}'),
    ('cap_is_no_less_than_amount', '{"maximum_capturable": 99}'),
    ('received_within_cap', '{"amount_received": 101}'),
    ('received_within_cap', '{"amount_received": 121, "maximum_capturable": 120}'),
    ('capture_within_cap', '{"capture_amount": 0}'),
    ('capture_within_cap', '{"capture_amount": 61, "amount_received": 40}'),
    ('increments_are_few', '{"increments": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}'),
    ('in_work_has_a_phase', '{"phase": "capturing", "capture_amount": 1}'),
    ('in_work_has_a_phase', '{"status": "processing"}'),
    ('in_work_is_due', '{"next_attempt_at": "2026-11-28T12:00:00Z"}'),
    ('in_work_is_due', '{"status": "processing", "phase": "authorising"}'),
    ('in_work_has_an_operation',
      '{"status": "processing", "phase": "authorising", "next_attempt_at": "2026-11-28T12:00:00Z"}'),
    ('capture_is_reserved', '{"status": "processing", "phase": "capturing", "operation_id": "o",
      "operation_at": "2026-11-28T12:00:00Z", "next_attempt_at": "2026-11-28T12:00:00Z"}')
  ) AS w (rule, change) LOOP
    told := 'nothing';
    BEGIN
      INSERT INTO intent SELECT r.*
      FROM jsonb_populate_record(sound, wrong.change::jsonb || '{"id": "pi_wrong"}') AS r;
    EXCEPTION WHEN check_violation THEN
      GET STACKED DIAGNOSTICS told = CONSTRAINT_NAME;
    END;
    ASSERT told = wrong.rule, format('%s is told as %s', wrong.change, told);
  END LOOP;
  -- What is not there breaks no rule about it; a cap above the amount lets more be taken.
  INSERT INTO intent SELECT r.* FROM jsonb_populate_record(sound,
    '{"id": "pi_more", "maximum_capturable": 120, "amount_received": 110, "capture_amount": 10}') AS r;
END
$$;
