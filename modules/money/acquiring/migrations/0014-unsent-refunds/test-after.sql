DO $$ BEGIN
  ASSERT has_table_privilege('acquiring_app', 'acquiring.refund', 'DELETE'),
    'what never left cannot be taken out';
END $$;
