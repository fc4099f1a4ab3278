DO $$
BEGIN
  ASSERT NOT has_table_privilege('identity_app', 'api_key', 'DELETE'), 'keys are never deleted';
  ASSERT NOT has_column_privilege('identity_app', 'api_key', 'hash', 'UPDATE'), 'a key never changes';
  ASSERT NOT has_column_privilege('identity_app', 'api_key', 'tenant', 'UPDATE'), 'a key keeps its tenant';
  ASSERT NOT has_table_privilege('identity_app', 'outbox', 'UPDATE'), 'the outbox is append-only';
END
$$;
