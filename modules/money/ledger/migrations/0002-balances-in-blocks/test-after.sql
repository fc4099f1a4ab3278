DO $$
BEGIN
  ASSERT (SELECT coalesce(sum(cardinality(account_ids)), 0) FROM ledger.balance_block)
    = (SELECT count(*) FROM ledger.account), 'every account is in one block';
  ASSERT NOT EXISTS (SELECT FROM ledger.balance_block WHERE cardinality(account_ids) <> 64
    AND block < (SELECT max(block) FROM ledger.balance_block)), 'only the last block may have room';
END $$;
