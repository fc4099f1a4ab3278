-- What a page asks its shopper for besides the payment; null: nothing.
ALTER TABLE session ADD COLUMN collects jsonb;
ALTER TABLE link ADD COLUMN collects jsonb;
