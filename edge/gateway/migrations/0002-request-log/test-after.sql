DO $$ BEGIN
  ASSERT NOT has_table_privilege('gateway_app', 'gateway.request_log', 'UPDATE'), 'what was logged stays';
END $$;
