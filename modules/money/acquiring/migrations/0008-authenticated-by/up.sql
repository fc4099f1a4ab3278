-- The connector whose acquirer the authentication named; the authorisation that carries its proof goes there.
-- Null: made before this was kept.
ALTER TABLE authentication ADD COLUMN connector text;
