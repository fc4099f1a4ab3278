DO $$
BEGIN
  ASSERT NOT has_table_privilege('audit_app', 'entry', 'UPDATE'), 'the log is append-only';
  ASSERT NOT has_table_privilege('audit_app', 'entry', 'DELETE'), 'the log is append-only';
  ASSERT NOT has_table_privilege('audit_app', 'entry', 'TRUNCATE'), 'the log is append-only';
  ASSERT NOT has_table_privilege('audit_app', 'head', 'INSERT'), 'the log has one end';
  ASSERT (SELECT count(*) FROM head) = 1, 'the log has one end';
END
$$;
