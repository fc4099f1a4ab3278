-- Who gets what of a capture in work, where that is not as the split says.
ALTER TABLE intent ADD COLUMN capture_shares jsonb;
-- Whether an attempt is declined where the shopper would have to act.
ALTER TABLE intent ADD COLUMN decline_on_action boolean NOT NULL DEFAULT false;
-- Charges of one order, as intents are found already.
CREATE INDEX charge_by_group ON charge (tenant, transfer_group, created_at DESC, id DESC)
  WHERE transfer_group IS NOT NULL;
