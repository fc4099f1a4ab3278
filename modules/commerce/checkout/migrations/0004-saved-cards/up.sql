ALTER TABLE session
  -- Which of its customer's cards are offered, and whether a new one may be kept; null: nobody has said.
  ADD COLUMN saved_cards jsonb,
  -- The only one whom the customer's cards are shown to; null: whoever has the id.
  ADD COLUMN person text,
  -- The payment method that whoever pays has asked to keep.
  ADD COLUMN kept_card text,
  ADD CONSTRAINT person_has_a_customer CHECK (person IS NULL OR customer IS NOT NULL);
