DO $$
BEGIN
  ASSERT to_regclass('account_by_time') IS NOT NULL, 'the list has its index';
  ASSERT to_regclass('account_tenant') IS NULL, 'and the other is gone';
END
$$;
