DO $$
BEGIN
  ASSERT NOT has_table_privilege('webhooks_app', 'set_aside', 'UPDATE'), 'what was set aside is not changed';
END
$$;
