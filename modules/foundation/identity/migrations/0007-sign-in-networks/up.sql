-- How many sign-ins were begun for an address on a day (UTC): from one network, and from all ('').
ALTER TABLE sign_in_allowance ADD COLUMN network text NOT NULL DEFAULT '';
ALTER TABLE sign_in_allowance DROP CONSTRAINT sign_in_allowance_pkey;
ALTER TABLE sign_in_allowance ADD PRIMARY KEY (tenant, email, day, network);
ALTER TABLE sign_in_allowance ALTER COLUMN network DROP DEFAULT;
