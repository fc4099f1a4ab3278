DO $$
BEGIN
  ASSERT (SELECT is_nullable = 'NO' AND column_default IS NULL FROM information_schema.columns
    WHERE table_schema = 'checkout' AND table_name = 'session' AND column_name = 'is_mall_order'),
    'whoever opens a session says whether it is the mall''s';
END $$;
