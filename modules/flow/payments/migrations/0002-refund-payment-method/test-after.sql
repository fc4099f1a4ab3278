DO $$
BEGIN
  ASSERT NOT EXISTS (
    SELECT FROM payments.refund JOIN payments.charge ON charge.id = refund.charge
    WHERE refund.payment_method IS DISTINCT FROM charge.payment_method),
    'a refund goes back to the payment method of its charge';
END $$;
