-- What people look for: what was done to something, and what somebody has done; the newest first.
CREATE INDEX entry_of_subject ON entry (subject, position);
CREATE INDEX entry_of_actor ON entry (actor, position);
CREATE INDEX entry_of_action ON entry (action text_pattern_ops, position);
