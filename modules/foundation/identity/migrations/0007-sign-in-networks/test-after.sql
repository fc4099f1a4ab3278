DO $$ BEGIN
  INSERT INTO sign_in_allowance (tenant, email, day, network, used)
  VALUES ('t', 'a@b.example', current_date, '', 1), ('t', 'a@b.example', current_date, '203.0.113.7', 1);
  BEGIN
    INSERT INTO sign_in_allowance (tenant, email, day, network, used)
    VALUES ('t', 'a@b.example', current_date, '203.0.113.7', 1);
    RAISE EXCEPTION 'a network counts twice';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
END $$;
