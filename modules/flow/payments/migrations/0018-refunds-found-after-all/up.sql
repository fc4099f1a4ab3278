-- refund: people had said that it was not made, and the acquirer has made it.
ALTER TABLE refused_advice DROP CONSTRAINT refused_advice_kind_check,
  ADD CONSTRAINT refused_advice_kind_check CHECK (kind IN ('capture', 'release', 'stand_in', 'refund'));
-- Each refund asks whether people have to settle something about its charge first.
CREATE INDEX refused_advice_open ON refused_advice (charge) WHERE resolution IS NULL;
-- The parts of a refund that its charge had no room for: they are reserved nowhere.
ALTER TABLE refund ADD COLUMN beyond jsonb NOT NULL DEFAULT '[]';
