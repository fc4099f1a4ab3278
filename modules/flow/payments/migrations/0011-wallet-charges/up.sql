-- The wallet that pays instead of a card.
ALTER TABLE charge ADD COLUMN wallet jsonb;
ALTER TABLE charge ALTER COLUMN card DROP NOT NULL;
ALTER TABLE charge ADD CONSTRAINT a_card_or_a_wallet_pays CHECK ((card IS NULL) = (wallet IS NOT NULL));
