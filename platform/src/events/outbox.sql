-- What this module tells others, written in the transaction of what it tells. Append-only for the module.
-- Positions are (xid, seq): sequence numbers are handed out before commit, so a reader that follows seq alone
-- skips rows of transactions that commit late. A reader takes only rows of transactions older than every
-- running one:
--   WHERE (xid, seq) > ($1::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())
--   ORDER BY xid, seq
CREATE TABLE outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY (CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamptz NOT NULL,
  payload jsonb NOT NULL,
  -- The one index is the order in which it is read, and grows at its right edge.
  PRIMARY KEY (xid, seq)
);
-- Positions are handed out, never chosen.
GRANT SELECT, INSERT (type, aggregate_id, tenant, at, payload) ON outbox TO {app};
GRANT USAGE ON SCHEMA {schema} TO relay;
GRANT SELECT ON outbox TO relay;
