-- Whom a card is saved for, how long it may stay, and what is left of it afterwards.
ALTER TABLE card
  ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version >= 1),
  -- A customer of payments; null where the card is saved for nobody.
  ADD COLUMN customer text CHECK (length(customer) BETWEEN 1 AND 64),
  ADD COLUMN detached_at timestamptz,
  -- When it was last shown to an acquirer, to the day: what retention counts from. Null: never, or on its
  -- first day only.
  ADD COLUMN used_at timestamptz,
  ADD COLUMN erased_at timestamptz,
  ADD COLUMN allow_redisplay text NOT NULL DEFAULT 'unspecified'
    CHECK (allow_redisplay IN ('always', 'limited', 'unspecified')),
  ALTER COLUMN pan DROP NOT NULL,
  ALTER COLUMN details DROP NOT NULL,
  ALTER COLUMN key_version DROP NOT NULL,
  ALTER COLUMN fingerprint DROP NOT NULL,
  ALTER COLUMN request_hash DROP NOT NULL,
  -- A tombstone keeps nothing that was made from the number, keyed hashes included.
  ADD CONSTRAINT erased_keeps_nothing CHECK (CASE WHEN erased_at IS NULL
    THEN num_nulls(pan, details, key_version, fingerprint, request_hash) = 0
    ELSE num_nonnulls(pan, details, key_version, fingerprint, request_hash, customer) = 0 END),
  ADD CONSTRAINT detached_is_nobodys CHECK (detached_at IS NULL OR customer IS NULL),
  DROP CONSTRAINT card_brand_check,
  ADD CONSTRAINT card_brand_check CHECK (
    brand IN ('visa', 'mastercard', 'amex', 'diners', 'discover', 'jcb', 'unionpay', 'unknown'));

CREATE INDEX card_by_customer ON card (customer, created_at DESC, id DESC) WHERE customer IS NOT NULL;
CREATE INDEX card_saved ON card (tenant, created_at DESC, id DESC) WHERE customer IS NOT NULL;
CREATE INDEX card_by_fingerprint ON card (fingerprint, created_at DESC, id DESC)
  WHERE detached_at IS NULL AND erased_at IS NULL;
CREATE INDEX card_by_data_key ON card (tenant, key_version) WHERE key_version IS NOT NULL;
-- What the retention job looks for, oldest first.
CREATE INDEX card_unsaved ON card ((coalesce(detached_at, used_at, created_at)))
  WHERE customer IS NULL AND erased_at IS NULL AND tenant <> '*';

GRANT UPDATE (version, customer, detached_at, used_at, erased_at, allow_redisplay) ON card TO vault_app;
-- A data key that no card needs any more is destroyed, and with it every old copy of what it sealed.
GRANT DELETE ON data_key TO vault_app;
