DO $$
BEGIN
  ASSERT (SELECT count(*) FROM given_answer) = 0, 'a new cache is empty';
  INSERT INTO given_answer VALUES ('acct_1', 'k', 'f', 'req_1', 200, 'application/json', '{}', now());
  BEGIN
    INSERT INTO given_answer VALUES ('acct_1', 'k2', 'f', 'req_1', 500, 'application/json', '{}', now());
    ASSERT false, 'answers of 500 and above are never kept';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO given_answer VALUES ('acct_1', 'k', 'f', 'req_2', 200, 'application/json', '{}', now());
    ASSERT false, 'a key has one answer';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
END
$$;
