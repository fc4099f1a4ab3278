-- Proposals of keys wait no longer: nobody knows whose they were.
UPDATE clearing_resolution SET expires_at = greatest(proposed_at, now())
  WHERE state = 'proposed' AND proposed_by LIKE 'key:%';
