DO $$
BEGIN
  ASSERT to_regclass('catalogue.product_by_url') IS NOT NULL, 'products are found by address';
  ASSERT to_regclass('catalogue.price_by_currency') IS NOT NULL, 'prices are found by currency';
END $$;
