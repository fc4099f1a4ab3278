-- Which customer of payments a person is, who buys here.
CREATE TABLE shopper (
  tenant text NOT NULL,
  -- `person_…`
  person text NOT NULL,
  -- The order that first wanted the customer, and what the customer is made with; gone once it is there.
  first_order text NOT NULL,
  email text,
  name text,
  customer text,
  PRIMARY KEY (tenant, person),
  CONSTRAINT made_of_something CHECK ((customer IS NULL) = (email IS NOT NULL AND name IS NOT NULL))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON shopper TO mall_app;

-- The customer that the order's page was opened for; null for a guest.
ALTER TABLE customer_order ADD COLUMN customer text;
