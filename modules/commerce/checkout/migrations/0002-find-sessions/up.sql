-- Lists by status and by the payer's address read only what they show, however many sessions there are.
CREATE INDEX session_by_status ON session (tenant, status, created_at DESC, id DESC);
CREATE INDEX session_by_email
  ON session (tenant, (coalesce(payer->>'email', customer_email)), created_at DESC, id DESC);
