-- The payment method that a refund goes back to, as its charge has it.
ALTER TABLE refund ADD COLUMN payment_method text;
UPDATE refund SET payment_method = charge.payment_method FROM charge WHERE charge.id = refund.charge;
ALTER TABLE refund ALTER COLUMN payment_method SET NOT NULL;
