DO $$
BEGIN
  ASSERT (SELECT count(*) = 2 FROM information_schema.columns
    WHERE table_schema = 'checkout' AND column_name = 'collects'), 'sessions and links say what they ask for';
END $$;
