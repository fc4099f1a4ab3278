DO $$
BEGIN
  ASSERT NOT has_table_privilege('payments_app', 'payments.refused_advice', 'UPDATE'), 'refusals stay';
  ASSERT NOT has_table_privilege('payments_app', 'payments.refused_advice', 'DELETE'), 'refusals stay';
END $$;
