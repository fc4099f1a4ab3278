DO $$
BEGIN
  ASSERT (SELECT count(*) = 3 FROM pg_index
    WHERE indrelid = 'entry'::regclass AND indexrelid::regclass::text LIKE '%entry_of_%'),
    'the log can be searched';
END $$;
