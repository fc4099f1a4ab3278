ALTER TABLE authorisation
  -- Null: an acquirer was asked. Otherwise the platform has approved it on its own risk, and this is how far
  -- the advice has come that tells the acquirer.
  ADD COLUMN stand_in text CHECK (stand_in IN ('queued', 'acknowledged', 'refused')),
  -- DE 39 of the refusal.
  ADD COLUMN stand_in_code text,
  ADD CONSTRAINT what_stands_in_is_approved CHECK (stand_in IS NULL OR state = 'approved'),
  ADD CONSTRAINT refusal_says_why CHECK ((stand_in = 'refused') IS NOT TRUE OR stand_in_code IS NOT NULL);
GRANT UPDATE (stand_in, stand_in_code) ON authorisation TO acquiring_app;

-- stand_in: tells of an approval that the acquirer was not asked about. What follows it is `waiting` until
-- the acquirer has taken note of it.
ALTER TABLE advice
  DROP CONSTRAINT advice_kind_check,
  ADD CONSTRAINT advice_kind_check CHECK (kind IN ('capture', 'release', 'resolution', 'stand_in')),
  DROP CONSTRAINT advice_state_check,
  ADD CONSTRAINT advice_state_check
    CHECK (state IN ('waiting', 'queued', 'acknowledged', 'refused', 'withdrawn')),
  DROP CONSTRAINT only_resolutions_are_withdrawn,
  -- A release is when its authorisation was refused: the issuer holds nothing.
  ADD CONSTRAINT captures_are_never_withdrawn
    CHECK (state <> 'withdrawn' OR kind IN ('resolution', 'release')),
  ADD CONSTRAINT captures_and_releases_wait CHECK (state <> 'waiting' OR kind IN ('capture', 'release'));
CREATE INDEX advice_waiting ON advice (authorisation_id) WHERE state = 'waiting';

-- What a rule has approved on a day (UTC), in minor units of the rule's currency: guards its limit.
CREATE TABLE stand_in_day (
  rule text NOT NULL,
  day date NOT NULL,
  approved numeric(39,0) NOT NULL CHECK (approved > 0),
  PRIMARY KEY (rule, day)
);
GRANT SELECT, INSERT ON stand_in_day TO acquiring_app;
GRANT UPDATE (approved) ON stand_in_day TO acquiring_app;
