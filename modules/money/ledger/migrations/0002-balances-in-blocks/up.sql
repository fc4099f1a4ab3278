-- Balances at the checkpoint, in blocks of 64 accounts: block n holds the accounts 64n + 1 to 64n + 64 in
-- order of their timestamps, which is the order of their creation. The elements of its arrays belong together
-- by position.
CREATE TABLE balance_block (
  block int PRIMARY KEY,
  account_ids uuid[] NOT NULL,
  debits_pending numeric[] NOT NULL,
  debits_posted numeric[] NOT NULL,
  credits_pending numeric[] NOT NULL,
  credits_posted numeric[] NOT NULL,
  closed boolean[] NOT NULL
) WITH (toast_tuple_target = 8160);
GRANT SELECT, INSERT, UPDATE ON balance_block TO ledger_app;

-- An account that the checkpoint did not name had nothing on it. 32: the flag `closed`.
INSERT INTO balance_block
SELECT block, array_agg(id ORDER BY timestamp),
  array_agg(coalesce(debits_pending, 0) ORDER BY timestamp),
  array_agg(coalesce(debits_posted, 0) ORDER BY timestamp),
  array_agg(coalesce(credits_pending, 0) ORDER BY timestamp),
  array_agg(coalesce(credits_posted, 0) ORDER BY timestamp),
  array_agg(coalesce(closed, flags & 32 <> 0) ORDER BY timestamp)
FROM (
  SELECT id, timestamp, flags, (row_number() OVER (ORDER BY timestamp) - 1)::int / 64 AS block FROM account
)
LEFT JOIN balance ON account_id = id
GROUP BY block;
DROP TABLE balance;
