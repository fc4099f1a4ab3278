DO $$ BEGIN
  ASSERT has_column_privilege('acquiring_app', 'acquiring.clearing_watch', 'late_bookings', 'UPDATE'),
    'a late booking can be counted';
  ASSERT NOT EXISTS (SELECT FROM acquiring.clearing_watch WHERE late_bookings <> 0), 'none was counted yet';
END $$;
