-- The app role keeps the projection, and a document is found by one of its terms, until it is taken out.
SET LOCAL ROLE catalogue_app;
INSERT INTO search_document VALUES ('acct_1/prod_1', 'product', 'acct_1', now(), 0, '{1,2}', '{}');
DO $$ BEGIN
  ASSERT (SELECT count(*) FROM search_document WHERE terms @> '{2}') = 1;
  DELETE FROM search_document WHERE id = 'acct_1/prod_1';
  ASSERT (SELECT count(*) FROM search_document) = 0;
END $$;
