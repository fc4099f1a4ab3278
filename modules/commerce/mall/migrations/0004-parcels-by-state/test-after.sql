DO $$
BEGIN
  ASSERT to_regclass('mall.parcel_by_state') IS NOT NULL, 'parcels are found by how they stand';
END $$;
