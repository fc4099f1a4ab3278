DO $$
BEGIN
  INSERT INTO given_answer (tenant, key, fingerprint, request_id, status, content_type, sealed, at)
  VALUES ('acct_1', 'k', 'f', 'req_1', 200, 'application/json', decode(repeat('00', 28), 'hex'), now());
  BEGIN
    UPDATE given_answer SET sealed = '\x7b7d' WHERE key = 'k';
    ASSERT false, 'nothing is sealed in fewer bytes than an iv and a tag';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  DELETE FROM given_answer;
END
$$;
