-- Every word of a name that has four letters or more: whole, and with each of its letters left out once. Two
-- words that differ by one slip (a letter wrong, missing, too much, or in its neighbour's place) have one of
-- these in common.
CREATE FUNCTION spellings(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog AS $$
  SELECT coalesce(array_agg(DISTINCT left(word, at - 1) || substr(word, at + 1)), '{}')
  FROM regexp_split_to_table(lower(name), '[^[:alnum:]]+') AS word, generate_series(1, length(word) + 1) AS at
  WHERE length(word) BETWEEN 4 AND 30
$$;
GRANT EXECUTE ON FUNCTION spellings(text) TO mall_app;
ALTER TABLE goods ADD COLUMN spellings text[] NOT NULL
  GENERATED ALWAYS AS (mall.spellings(name ->> 'en')) STORED;
CREATE INDEX goods_by_spelling ON goods USING gin (spellings);
