-- What refunds that have succeeded have sent back; `amount_refunded` counts those in work as well.
ALTER TABLE charge ADD COLUMN amount_sent_back numeric(39,0) NOT NULL DEFAULT 0;
UPDATE charge SET amount_sent_back = r.amount
FROM (SELECT charge, sum(amount) AS amount FROM refund WHERE status = 'succeeded' GROUP BY charge) AS r
WHERE r.charge = charge.id;
ALTER TABLE charge ADD CONSTRAINT sent_back_was_refunded
  CHECK (amount_sent_back BETWEEN 0 AND amount_refunded);
