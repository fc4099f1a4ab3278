-- stand_in: a capture of what the platform had approved on its own risk, and the issuer has refused.
ALTER TABLE refused_advice DROP CONSTRAINT refused_advice_kind_check,
  ADD CONSTRAINT refused_advice_kind_check CHECK (kind IN ('capture', 'release', 'stand_in'));
ALTER TABLE resolution DROP CONSTRAINT resolution_kind_check,
  ADD CONSTRAINT resolution_kind_check
    CHECK (kind IN ('authorisation', 'increment', 'capture', 'release', 'refund', 'stand_in'));
