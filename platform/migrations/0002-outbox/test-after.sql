DO $$
BEGIN
  ASSERT has_schema_privilege('jobs_app', 'platform', 'USAGE')
    AND has_column_privilege('jobs_app', 'platform.outbox', 'payload', 'INSERT'),
    'the board must be able to tell what it did';
  ASSERT NOT has_table_privilege('jobs_app', 'platform.outbox', 'UPDATE, DELETE, TRUNCATE'),
    'what was told must stay';
  ASSERT has_schema_privilege('relay', 'platform', 'USAGE')
    AND has_table_privilege('relay', 'platform.outbox', 'SELECT'),
    'the relay must be able to read it';
END
$$;
