DO $$
BEGIN
  ASSERT (SELECT pg_get_constraintdef(oid) LIKE '%stand_in%' FROM pg_constraint
    WHERE conname = 'refused_advice_kind_check'), 'a loss on our own risk cannot be kept';
  ASSERT (SELECT pg_get_constraintdef(oid) LIKE '%stand_in%' FROM pg_constraint
    WHERE conname = 'resolution_kind_check'), 'a loss on our own risk cannot be settled';
END $$;
