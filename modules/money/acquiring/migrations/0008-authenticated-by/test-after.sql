DO $$
BEGIN
  ASSERT has_column_privilege('acquiring_app', 'authentication', 'connector', 'INSERT'), 'it cannot be kept';
  ASSERT NOT has_column_privilege('acquiring_app', 'authentication', 'connector', 'UPDATE'),
    'what was named to the issuer can be changed';
END $$;
