DO $$
BEGIN
  ASSERT NOT EXISTS (SELECT FROM intent WHERE on_behalf_of IS NOT NULL OR mandate_acceptance IS NOT NULL),
    'nobody has said either yet';
  ASSERT NOT EXISTS (SELECT FROM customer WHERE tax_exempt <> 'none'), 'every customer pays tax';
END $$;
