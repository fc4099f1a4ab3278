-- Whose sale it is said to be, where that is another account than the platform.
ALTER TABLE intent ADD COLUMN on_behalf_of text;
ALTER TABLE charge ADD COLUMN on_behalf_of text;
ALTER TABLE setup_intent ADD COLUMN on_behalf_of text;
-- How its shopper has agreed to payments that are made without them: type, time, address and browser.
ALTER TABLE intent ADD COLUMN mandate_acceptance jsonb;
ALTER TABLE setup_intent ADD COLUMN mandate_acceptance jsonb;
-- Whether a customer pays tax; said by the platform and used by nobody here.
ALTER TABLE customer ADD COLUMN tax_exempt text NOT NULL DEFAULT 'none'
  CHECK (tax_exempt IN ('exempt', 'none', 'reverse'));
