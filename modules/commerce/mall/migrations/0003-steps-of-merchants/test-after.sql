DO $$
BEGIN
  ASSERT (SELECT pg_get_constraintdef(oid) LIKE '%packed%' FROM pg_constraint
    WHERE conname = 'parcel_state_check'), 'a parcel may be packed';
  ASSERT (SELECT pg_get_constraintdef(oid) LIKE '%awaited%' FROM pg_constraint
    WHERE conname = 'return_request_state_check'), 'a return may be awaited';
  ASSERT to_regclass('mall.order_to_send_back') IS NOT NULL, 'the sweep has its index';
END $$;
