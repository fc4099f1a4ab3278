DO $$
BEGIN
  ASSERT to_regclass('checkout.session_by_status') IS NOT NULL, 'sessions are found by status';
  ASSERT to_regclass('checkout.session_by_email') IS NOT NULL, 'sessions are found by address';
END $$;
