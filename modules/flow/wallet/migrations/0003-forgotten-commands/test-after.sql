DO $$
BEGIN
  ASSERT has_table_privilege('upkeep_app', 'wallet.command', 'DELETE')
    AND NOT has_column_privilege('upkeep_app', 'wallet.command', 'key', 'SELECT'),
    'upkeep must be able to delete commands, and need not know them';
  ASSERT NOT has_table_privilege('wallet_app', 'wallet.command', 'DELETE'),
    'what is accepted stays accepted';
END
$$;
