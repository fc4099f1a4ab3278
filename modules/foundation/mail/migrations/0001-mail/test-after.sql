DO $$
BEGIN
  ASSERT NOT has_column_privilege('mail_app', 'message', 'recipient', 'UPDATE'), 'a mail keeps its recipient';
  BEGIN
    INSERT INTO message (id, tenant, recipient, template, locale, state, sealed, attempts, created_at,
      expires_at, due_at, sent_at)
    VALUES ('mail_1', 't', 'a@b.example', 'sign_in_code', 'en', 'sent', 'x', 1, now(), now(), now(), now());
    RAISE EXCEPTION 'a delivered mail kept its text';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
END
$$;
