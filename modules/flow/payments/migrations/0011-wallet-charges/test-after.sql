DO $$
BEGIN
  ASSERT EXISTS (SELECT FROM pg_constraint WHERE conname = 'a_card_or_a_wallet_pays'), 'one of the two pays';
  ASSERT NOT EXISTS (SELECT FROM payments.charge WHERE (card IS NULL) = (wallet IS NULL)),
    'one of the two has paid';
END $$;
