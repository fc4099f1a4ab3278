-- Sessions that save a card and take no money: they have a setup intent from the beginning.
ALTER TABLE session
  ADD COLUMN setup_intent text UNIQUE,
  ALTER COLUMN currency DROP NOT NULL,
  DROP CONSTRAINT session_mode_check,
  ADD CONSTRAINT session_mode_check CHECK (mode IN ('payment', 'setup')),
  ADD CONSTRAINT setup_has_its_intent CHECK ((mode = 'setup') = (setup_intent IS NOT NULL)),
  ADD CONSTRAINT setup_takes_no_money CHECK (
    mode = 'payment' OR (amount_total = 0 AND payment_intent IS NULL)
  ),
  ADD CONSTRAINT payment_has_a_currency CHECK (mode = 'setup' OR currency IS NOT NULL);
