DO $$
BEGIN
  ASSERT to_regclass('mall.shop_by_opening') IS NOT NULL, 'shops stand in the order of their opening';
END $$;
