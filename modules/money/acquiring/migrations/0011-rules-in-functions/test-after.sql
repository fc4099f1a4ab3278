DO $$
DECLARE
  held authorisation;
  queued advice;
  wrong record;
  told text;
BEGIN
  INSERT INTO authorisation (id, tenant, command_id, connector, payment_method, merchant, amount, currency,
    descriptor, stan, transmitted_at, answer_by, state, approval_code, network_code, reference, created_at,
    updated_at)
  VALUES ('au_rules', 't', 'rules', 'host', 'pm_1', 'm', 100, 'eur', 'd', 1, now(), now(), 'approved', 'A',
    '00', 'r', now(), now())
  RETURNING * INTO held;
  INSERT INTO advice (id, tenant, command_id, kind, authorisation_id, connector, amount, remaining, currency,
    final, stan, transmitted_at, original_stan, original_at, state, attempts, next_at, created_at)
  VALUES ('adv_rules', 't', 'rules', 'capture', 'au_rules', 'host', 100, 0, 'eur', true, 2, now(), 1, now(),
    'waiting', 1, now(), now())
  RETURNING * INTO queued;
  FOR wrong IN SELECT * FROM (VALUES
    ('authorisation', 'id_is_short', '{"id": ""}'),
    ('authorisation', 'state_is_known', '{"state": "open"}'),
    ('authorisation', 'stand_in_is_known', '{"stand_in": "open"}'),
    ('authorisation', 'currency_is_a_code', '{"currency": "EUR"}'),
    ('authorisation', 'amount_is_positive', '{"amount": 0}'),
    ('authorisation', 'incremented_is_no_less_than_nothing', '{"incremented": -1}'),
    ('authorisation', 'overcapture_is_a_percentage', '{"overcapture_percent": 101}'),
    ('authorisation', 'captured_within_terms', '{"captured": 101}'),
    ('authorisation', 'captured_within_terms',
      '{"captured": 133, "incremented": 10, "overcapture_percent": 20}'),
    ('authorisation', 'refunded_within_captured', '{"captured": 50, "refunded": 51}'),
    ('authorisation', 'stan_has_six_digits', '{"stan": 0}'),
    ('authorisation', 'attempts_are_few', '{"attempts": 21}'),
    ('authorisation', 'only_what_is_approved_is_captured', '{"state": "sent", "captured": 1}'),
    ('authorisation', 'only_what_is_approved_is_captured', '{"state": "sent", "closed": true}'),
    ('authorisation', 'approval_has_its_codes', '{"reference": null}'),
    ('authorisation', 'decline_has_its_codes', '{"state": "declined"}'),
    ('authorisation', 'refusal_says_why', '{"stand_in": "refused"}'),
    ('authorisation', 'what_stands_in_is_approved', '{"state": "sent", "stand_in": "queued"}'),
    ('advice', 'id_is_short', '{"id": ""}'),
    ('advice', 'kind_is_known', '{"kind": "refund"}'),
    ('advice', 'state_is_known', '{"state": "sent"}'),
    ('advice', 'amount_is_positive', '{"amount": 0}'),
    ('advice', 'remaining_within_amount', '{"remaining": 101}'),
    ('advice', 'stan_has_six_digits', '{"stan": 1000000}'),
    ('advice', 'attempts_are_counted', '{"attempts": -1}'),
    ('advice', 'refunds_are_resolved', '{"refund_id": "re_1"}'),
    ('advice', 'increments_are_resolved', '{"increment_id": "inc_1"}'),
    ('advice', 'captures_and_releases_wait', '{"kind": "resolution"}'),
    ('advice', 'captures_are_never_withdrawn', '{"state": "withdrawn"}'),
    ('advice', 'first_is_whole', '{"first_stan": 1}')
  ) AS w (relation, rule, change) LOOP
    told := 'nothing';
    BEGIN
      IF wrong.relation = 'advice' THEN
        INSERT INTO advice SELECT r.*
        FROM jsonb_populate_record(queued, '{"id": "x"}' || wrong.change::jsonb) AS r;
      ELSE
        INSERT INTO authorisation SELECT r.*
        FROM jsonb_populate_record(held, '{"id": "x"}' || wrong.change::jsonb) AS r;
      END IF;
    EXCEPTION WHEN check_violation THEN
      GET STACKED DIAGNOSTICS told = CONSTRAINT_NAME;
    END;
    ASSERT told = wrong.rule, format('%s of an %s is told as %s', wrong.change, wrong.relation, told);
  END LOOP;
  -- A tenth more than what was held in all is within the terms.
  INSERT INTO authorisation SELECT r.* FROM jsonb_populate_record(held, '{"id": "au_more",
    "command_id": "more", "incremented": 10, "overcapture_percent": 20, "captured": 132, "refunded": 132}')
    AS r;
END
$$;
