-- Every index of decision begins with the column that names one card, customer, address or command, and ends
-- the same as before. None begins with the tenant, so none can be taken for the lookup of another's column.
ALTER TABLE decision DROP CONSTRAINT decision_once;
ALTER TABLE decision ADD CONSTRAINT decision_once UNIQUE (command_id, tenant);
DROP INDEX decision_by_card, decision_by_customer, decision_by_ip;
CREATE INDEX decision_by_card ON decision (card_fingerprint, tenant, at DESC);
CREATE INDEX decision_by_customer ON decision (customer, tenant, at DESC) WHERE customer IS NOT NULL;
CREATE INDEX decision_by_ip ON decision (ip, tenant, at DESC) WHERE ip IS NOT NULL;
