-- What the payment of a top-up is to be opened with; null once it is open, since payments has
-- it then, or has ended.
ALTER TABLE operation ADD COLUMN customer text, ADD COLUMN receipt_email text;
ALTER TABLE operation ADD CONSTRAINT only_what_opens_is_kept
  CHECK ((status = 'pending' AND payment_intent IS NULL) OR (customer IS NULL AND receipt_email IS NULL));
