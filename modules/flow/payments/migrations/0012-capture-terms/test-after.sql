DO $$
BEGIN
  ASSERT NOT EXISTS (SELECT FROM intent WHERE capture_shares IS NOT NULL OR decline_on_action),
    'nobody has said either yet';
END $$;
