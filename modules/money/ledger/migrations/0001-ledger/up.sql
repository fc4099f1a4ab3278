-- The accounts as they were opened. Balances are sums over the log; nothing here ever changes.
CREATE TABLE account (
  id uuid PRIMARY KEY,
  timestamp bigint NOT NULL UNIQUE,
  owner text NOT NULL,
  ledger bigint NOT NULL,
  code int NOT NULL,
  flags int NOT NULL,
  user_data_128 uuid,
  user_data_64 numeric(20,0),
  user_data_32 bigint
);
GRANT SELECT, INSERT ON account TO ledger_app;

-- Everything that happened, in order. `kind`: 1 posted, 2 pending, 3 post, 4 void, 5 expiry, 6 refusal.
-- Zero is written as NULL in user data and time-outs.
CREATE TABLE log (
  position bigint NOT NULL,
  timestamp bigint NOT NULL,
  ledger bigint,
  -- The transfer's, or the one a refusal used up; an expiry has none.
  id uuid,
  debit_account_id uuid,
  credit_account_id uuid,
  -- What a post, void or expiry resolves, and the amount that was held.
  pending_id uuid,
  kind smallint NOT NULL,
  code int,
  flags int,
  amount numeric(39,0),
  pending_amount numeric(39,0),
  user_data_128 uuid,
  user_data_64 numeric(20,0),
  user_data_32 bigint,
  timeout bigint,
  -- Why the id was used up.
  refusal text
) WITH (autovacuum_vacuum_insert_scale_factor = 0.5);
-- Makes an id unique for ever, used-up ones included; this is where a repeated transfer is found.
CREATE UNIQUE INDEX log_id ON log (id);
-- Block ranges rather than entries: they cost next to nothing to write, are filled in behind the log by
-- ledger.summarise(), and what is not filled in yet is searched row by row, so a query misses nothing.
CREATE INDEX log_order ON log USING brin (position, timestamp) WITH (pages_per_range = 16);
CREATE INDEX log_accounts ON log USING brin (
  debit_account_id uuid_bloom_ops (n_distinct_per_range = 800, false_positive_rate = 0.01),
  credit_account_id uuid_bloom_ops (n_distinct_per_range = 800, false_positive_rate = 0.01)
) WITH (pages_per_range = 16);
CREATE INDEX log_references ON log USING brin (
  pending_id uuid_bloom_ops (n_distinct_per_range = 800, false_positive_rate = 0.01),
  user_data_128 uuid_bloom_ops (n_distinct_per_range = 800, false_positive_rate = 0.01)
) WITH (pages_per_range = 16);
GRANT SELECT, INSERT ON log TO ledger_app;

-- Balances of accounts with the flag `history` after each of their events.
CREATE TABLE history (
  account_id uuid NOT NULL,
  timestamp bigint NOT NULL,
  debits_pending numeric(39,0) NOT NULL,
  debits_posted numeric(39,0) NOT NULL,
  credits_pending numeric(39,0) NOT NULL,
  credits_posted numeric(39,0) NOT NULL,
  PRIMARY KEY (account_id, timestamp)
);
GRANT SELECT, INSERT ON history TO ledger_app;

-- Who writes, and how far the log goes. A batch commits only as the next one of the current epoch.
CREATE TABLE writer (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  epoch bigint NOT NULL,
  -- The epoch in which the present writer's uninterrupted lead began.
  since bigint NOT NULL,
  position bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO writer (epoch, since, position) VALUES (0, 0, 0);
GRANT SELECT, UPDATE ON writer TO ledger_app;

CREATE FUNCTION advance(of_epoch bigint, from_position bigint, to_position bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ledger.writer SET position = to_position WHERE epoch = of_epoch AND position = from_position;
  IF NOT FOUND THEN
    IF EXISTS (SELECT FROM ledger.writer WHERE epoch = of_epoch) THEN
      RAISE EXCEPTION 'the batch does not follow the log' USING ERRCODE = 'TPL02';
    END IF;
    RAISE EXCEPTION 'epoch % is over', of_epoch USING ERRCODE = 'TPL01';
  END IF;
END $$;
GRANT EXECUTE ON FUNCTION advance(bigint, bigint, bigint) TO ledger_app;

-- Where recovery begins: balances and open pending transfers after the log's entry `position`.
CREATE TABLE checkpoint (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  position bigint NOT NULL,
  last_timestamp bigint NOT NULL,
  last_transfer bigint NOT NULL
);
INSERT INTO checkpoint (position, last_timestamp, last_transfer) VALUES (0, 0, 0);
CREATE TABLE balance (
  account_id uuid PRIMARY KEY,
  debits_pending numeric(39,0) NOT NULL,
  debits_posted numeric(39,0) NOT NULL,
  credits_pending numeric(39,0) NOT NULL,
  credits_posted numeric(39,0) NOT NULL,
  closed boolean NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE open_pending (id uuid PRIMARY KEY);
GRANT SELECT, UPDATE ON checkpoint TO ledger_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON balance, open_pending TO ledger_app;

-- Only an index's owner may fill it in; it touches no row.
CREATE FUNCTION summarise() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT brin_summarize_new_values('ledger.log_order'::regclass)::bigint
    + brin_summarize_new_values('ledger.log_accounts'::regclass)
    + brin_summarize_new_values('ledger.log_references'::regclass)
$$;
GRANT EXECUTE ON FUNCTION summarise() TO ledger_app;
