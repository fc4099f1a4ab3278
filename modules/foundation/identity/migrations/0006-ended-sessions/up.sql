-- Old sessions are deleted by when they expired or were ended, and only the first had an index.
CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
