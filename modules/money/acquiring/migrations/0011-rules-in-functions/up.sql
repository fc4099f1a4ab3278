-- The rules of authorisations and advices. One that is broken is told by its name, as a CHECK of that name
-- would be.
CREATE FUNCTION authorisation_rules(o authorisation) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  broken constant text := CASE
    WHEN length(o.id) NOT BETWEEN 1 AND 64 THEN 'id_is_short'
    WHEN o.state NOT IN ('sent', 'approved', 'declined', 'pending', 'reversed') THEN 'state_is_known'
    WHEN o.stand_in NOT IN ('queued', 'acknowledged', 'refused') THEN 'stand_in_is_known'
    WHEN o.currency !~ '^[a-z]{3}$' THEN 'currency_is_a_code'
    WHEN NOT o.amount > 0 THEN 'amount_is_positive'
    WHEN NOT o.incremented >= 0 THEN 'incremented_is_no_less_than_nothing'
    WHEN o.overcapture_percent NOT BETWEEN 0 AND 100 THEN 'overcapture_is_a_percentage'
    WHEN o.captured NOT BETWEEN 0 AND o.amount + o.incremented
      + div((o.amount + o.incremented) * o.overcapture_percent, 100) THEN 'captured_within_terms'
    WHEN o.refunded NOT BETWEEN 0 AND o.captured THEN 'refunded_within_captured'
    WHEN o.stan NOT BETWEEN 1 AND 999999 THEN 'stan_has_six_digits'
    WHEN o.attempts NOT BETWEEN 1 AND 20 THEN 'attempts_are_few'
    WHEN o.state <> 'approved' AND (o.captured <> 0 OR o.closed) THEN 'only_what_is_approved_is_captured'
    WHEN o.state = 'approved' AND (o.approval_code IS NULL OR o.network_code IS NULL OR o.reference IS NULL)
      THEN 'approval_has_its_codes'
    WHEN o.state = 'declined' AND (o.decline_code IS NULL OR o.network_code IS NULL)
      THEN 'decline_has_its_codes'
    WHEN o.stand_in = 'refused' AND o.stand_in_code IS NULL THEN 'refusal_says_why'
    WHEN o.stand_in IS NOT NULL AND o.state <> 'approved' THEN 'what_stands_in_is_approved'
  END;
BEGIN
  IF broken IS NULL THEN
    RETURN true;
  END IF;
  RAISE check_violation USING SCHEMA = 'acquiring', TABLE = 'authorisation', CONSTRAINT = broken,
    MESSAGE = format('new row for relation "authorisation" violates check constraint "%s"', broken);
END
$$;
GRANT EXECUTE ON FUNCTION authorisation_rules(authorisation) TO acquiring_app;
ALTER TABLE authorisation
  DROP CONSTRAINT authorisation_id_check,
  DROP CONSTRAINT authorisation_state_check,
  DROP CONSTRAINT authorisation_stand_in_check,
  DROP CONSTRAINT authorisation_currency_check,
  DROP CONSTRAINT authorisation_amount_check,
  DROP CONSTRAINT authorisation_incremented_check,
  DROP CONSTRAINT authorisation_overcapture_percent_check,
  DROP CONSTRAINT captured_within_terms,
  DROP CONSTRAINT authorisation_check1,
  DROP CONSTRAINT authorisation_stan_check,
  DROP CONSTRAINT authorisation_attempts_check,
  DROP CONSTRAINT authorisation_check2,
  DROP CONSTRAINT authorisation_check3,
  DROP CONSTRAINT authorisation_check4,
  DROP CONSTRAINT refusal_says_why,
  DROP CONSTRAINT what_stands_in_is_approved,
  ADD CONSTRAINT authorisation_rules CHECK (authorisation_rules(authorisation));

CREATE FUNCTION advice_rules(v advice) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  broken constant text := CASE
    WHEN length(v.id) NOT BETWEEN 1 AND 64 THEN 'id_is_short'
    WHEN v.kind NOT IN ('capture', 'release', 'resolution', 'stand_in') THEN 'kind_is_known'
    WHEN v.state NOT IN ('waiting', 'queued', 'acknowledged', 'refused', 'withdrawn') THEN 'state_is_known'
    WHEN NOT v.amount > 0 THEN 'amount_is_positive'
    WHEN v.remaining NOT BETWEEN 0 AND v.amount THEN 'remaining_within_amount'
    WHEN v.stan NOT BETWEEN 1 AND 999999 THEN 'stan_has_six_digits'
    WHEN NOT v.attempts >= 0 THEN 'attempts_are_counted'
    WHEN v.refund_id IS NOT NULL AND v.kind <> 'resolution' THEN 'refunds_are_resolved'
    WHEN v.increment_id IS NOT NULL AND v.kind <> 'resolution' THEN 'increments_are_resolved'
    WHEN v.state = 'waiting' AND v.kind NOT IN ('capture', 'release') THEN 'captures_and_releases_wait'
    WHEN v.state = 'withdrawn' AND v.kind NOT IN ('resolution', 'release')
      THEN 'captures_are_never_withdrawn'
    WHEN (v.first_stan IS NULL) <> (v.first_at IS NULL) THEN 'first_is_whole'
  END;
BEGIN
  IF broken IS NULL THEN
    RETURN true;
  END IF;
  RAISE check_violation USING SCHEMA = 'acquiring', TABLE = 'advice', CONSTRAINT = broken,
    MESSAGE = format('new row for relation "advice" violates check constraint "%s"', broken);
END
$$;
GRANT EXECUTE ON FUNCTION advice_rules(advice) TO acquiring_app;
ALTER TABLE advice
  DROP CONSTRAINT advice_id_check,
  DROP CONSTRAINT advice_kind_check,
  DROP CONSTRAINT advice_state_check,
  DROP CONSTRAINT advice_amount_check,
  DROP CONSTRAINT advice_check,
  DROP CONSTRAINT advice_stan_check,
  DROP CONSTRAINT advice_attempts_check,
  DROP CONSTRAINT advice_check1,
  DROP CONSTRAINT increments_are_resolved,
  DROP CONSTRAINT captures_and_releases_wait,
  DROP CONSTRAINT captures_are_never_withdrawn,
  DROP CONSTRAINT first_is_whole,
  ADD CONSTRAINT advice_rules CHECK (advice_rules(advice));
