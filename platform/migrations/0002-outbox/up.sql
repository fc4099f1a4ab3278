-- Runs as jobs_owner. What operators do to the queue is told to the audit log, as what they do elsewhere is.
-- tpmall:outbox
GRANT USAGE ON SCHEMA platform TO jobs_app;
