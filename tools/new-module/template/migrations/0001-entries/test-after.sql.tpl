DO $$
BEGIN
  ASSERT NOT has_table_privilege('__name___app', '__name__.entry', 'UPDATE'), 'entries must be append-only';
  ASSERT NOT has_table_privilege('__name___app', '__name__.entry', 'DELETE'), 'entries must be append-only';
  INSERT INTO __name__.entry (id, tenant, command_id, text, recorded_at) VALUES ('e1', 't', 'c', 'x', now());
  BEGIN
    INSERT INTO __name__.entry (id, tenant, command_id, text, recorded_at) VALUES ('e2', 't', 'c', 'x', now());
    ASSERT false, 'a command must be recorded once';
  EXCEPTION WHEN unique_violation THEN
    NULL;
  END;
END $$;
