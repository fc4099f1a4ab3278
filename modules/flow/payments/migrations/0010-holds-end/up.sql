-- Until when what is held may be captured; then it is let go of. Null where nothing is held.
ALTER TABLE charge ADD COLUMN capture_before timestamptz;
-- What is held already began to count when it was charged; 7 days is what every scheme grants.
UPDATE charge SET capture_before = charge.created_at + interval '7 days'
FROM intent WHERE intent.latest_charge = charge.id AND intent.status = 'requires_capture';
CREATE INDEX charge_hold_ends ON charge (capture_before) WHERE capture_before IS NOT NULL;
