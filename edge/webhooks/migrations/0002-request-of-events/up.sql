-- The request of the API behind what an event tells, as `{"id", "idempotencyKey"}`; null: there was none.
ALTER TABLE event ADD COLUMN request jsonb;
