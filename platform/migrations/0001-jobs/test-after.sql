DO $$
BEGIN
  ASSERT NOT has_function_privilege(
    'relay', 'platform.enqueue_job(text, jsonb, timestamptz, text)', 'EXECUTE'),
    'only modules may enqueue jobs';
  ASSERT has_table_privilege('jobs_app', 'graphile_worker._private_jobs', 'SELECT, INSERT, UPDATE, DELETE'),
    'the worker must be able to work';
  ASSERT NOT has_table_privilege('jobs_app', 'graphile_worker.migrations', 'INSERT'),
    'the worker must not change its own schema';
END
$$;
