DO $$
BEGIN
  ASSERT NOT EXISTS (SELECT FROM charge JOIN intent ON intent.latest_charge = charge.id
    WHERE intent.status = 'requires_capture' AND charge.capture_before IS NULL), 'a hold never ends';
END $$;
