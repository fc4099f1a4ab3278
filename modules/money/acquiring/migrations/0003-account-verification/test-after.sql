DO $$
BEGIN
  ASSERT NOT has_table_privilege('acquiring_app', 'verification', 'UPDATE'), 'verifications are append-only';
  ASSERT NOT has_table_privilege('acquiring_app', 'verification', 'DELETE'), 'verifications are append-only';
END
$$;
