DO $$
BEGIN
  ASSERT has_table_privilege('upkeep_app', 'catalogue.command', 'DELETE')
    AND NOT has_column_privilege('upkeep_app', 'catalogue.command', 'key', 'SELECT'),
    'upkeep must be able to delete commands, and need not know them';
  ASSERT NOT has_table_privilege('catalogue_app', 'catalogue.command', 'DELETE'),
    'what is accepted stays accepted';
END
$$;
