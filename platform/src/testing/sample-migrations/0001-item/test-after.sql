DO $$
BEGIN
  INSERT INTO item (id, name) VALUES ('a', 'one');
  ASSERT (SELECT count(*) FROM item) = 1, 'items are kept';
END
$$;
