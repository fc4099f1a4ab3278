DO $$
BEGIN
  ASSERT NOT has_table_privilege('accounts_app', 'account', 'DELETE'), 'accounts are never deleted';
  BEGIN
    INSERT INTO account (id, tenant, kind, name, country, default_currency, statement_descriptor,
      card_payments, transfers, fee_basis_points, fee_fixed, command_id, created_at)
    VALUES ('acct_m', 'acct_m', 'merchant', 'M', 'DE', 'eur', 'MERCHANT', true, true, 0, 0, 'c', now());
    ASSERT false, 'a merchant belongs to a platform';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END
$$;
