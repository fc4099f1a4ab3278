DO $$
BEGIN
  ASSERT (SELECT pg_get_constraintdef(oid) LIKE '%refund%' FROM pg_constraint
    WHERE conname = 'refused_advice_kind_check'), 'a refund that was made after all cannot be kept';
  ASSERT to_regclass('payments.refused_advice_open') IS NOT NULL,
    'what is open of a charge is looked for in all';
END $$;
