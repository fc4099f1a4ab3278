-- When another process may take a delivery up, while it is being sent; `next_at` is when it is due. No index
-- has it, so that a claim touches none.
ALTER TABLE delivery ADD COLUMN claimed_until timestamptz;

-- The first attempt of a delivery, where it got through: its log is here and not in `attempt`.
ALTER TABLE delivery
  ADD COLUMN first_at timestamptz,
  ADD COLUMN first_url text,
  ADD COLUMN first_duration_ms integer,
  ADD COLUMN first_status integer,
  ADD COLUMN first_headers jsonb,
  ADD COLUMN first_body text,
  ADD CHECK (num_nulls(first_at, first_url, first_duration_ms, first_status) IN (0, 4));

-- Room for the claim of a row beside it, without which the claim would need index entries of its own.
ALTER TABLE delivery SET (fillfactor = 60);
