DO $$ BEGIN
  ASSERT NOT EXISTS (
    SELECT FROM resolution WHERE state = 'proposed'
      AND proposed_by LIKE 'key:%' AND expires_at > now()
  ), 'a proposal of a key waits';
END $$;
