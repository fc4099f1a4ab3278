ALTER TABLE parcel DROP CONSTRAINT parcel_state_check;
ALTER TABLE parcel ADD CONSTRAINT parcel_state_check
  CHECK (state IN ('waiting', 'preparing', 'packed', 'shipped', 'delivered', 'cancelled'));
ALTER TABLE parcel ADD COLUMN packed_at timestamptz;
ALTER TABLE parcel ADD COLUMN carrier text;

ALTER TABLE return_request DROP CONSTRAINT return_request_state_check;
ALTER TABLE return_request ADD CONSTRAINT return_request_state_check
  CHECK (state IN ('asked', 'withdrawn', 'refused', 'awaited', 'accepted', 'refunded', 'failed'));
ALTER TABLE return_request ADD COLUMN received_at timestamptz;

-- Why all of the money could not be sent back by itself; people have to.
ALTER TABLE customer_order ADD COLUMN refund_failure text;
-- The sweep looks for what is to be sent back, and for nothing else.
CREATE INDEX order_to_send_back ON customer_order (paid_at)
  WHERE state = 'refunding' AND refund IS NULL AND refund_failure IS NULL;
CREATE INDEX return_to_send_back ON return_request (coalesce(received_at, decided_at))
  WHERE state = 'accepted' AND refund IS NULL;
