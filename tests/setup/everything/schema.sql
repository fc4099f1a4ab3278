-- The schema shop as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA shop AUTHORIZATION shop_owner;

-- Types

CREATE TYPE shop.colour AS ENUM ('red', 'blue');
CREATE DOMAIN shop.minor_units AS numeric(39,0) NOT NULL CHECK ((VALUE >= (0)::numeric));
CREATE TYPE shop.pair AS (a integer, b text);

-- Sequences

CREATE SEQUENCE shop.counter AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 5;

-- Tables

CREATE TABLE shop.item (
  id text NOT NULL,
  n bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 7),
  price shop.minor_units DEFAULT 1,
  twice numeric GENERATED ALWAYS AS (((price)::numeric * (2)::numeric)) STORED,
  sort text COLLATE "C",
  at timestamp with time zone NOT NULL DEFAULT now()
) WITH (fillfactor=70);
ALTER TABLE shop.item ENABLE ROW LEVEL SECURITY;

CREATE TABLE shop.part (
  id text,
  at date
) PARTITION BY RANGE (at);

CREATE TABLE shop.part_one PARTITION OF shop.part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') (
  id text,
  at date
);

-- Constraints

ALTER TABLE shop.item ADD CONSTRAINT cheap CHECK (((price)::numeric < (1000)::numeric));
ALTER TABLE shop.item ADD CONSTRAINT item_pkey PRIMARY KEY (id);
ALTER TABLE shop.part ADD CONSTRAINT part_id_fkey FOREIGN KEY (id) REFERENCES shop.item(id);

-- Indexes

CREATE INDEX item_cheap ON shop.item USING btree (price DESC) INCLUDE (at) WHERE ((price)::numeric < (10)::numeric);

-- Views

CREATE VIEW shop.dear AS
 SELECT id
   FROM shop.item
  WHERE ((price)::numeric > (100)::numeric);

-- Functions

CREATE OR REPLACE FUNCTION shop.guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RETURN NEW; END $function$
;

-- Triggers

CREATE TRIGGER guarded BEFORE UPDATE ON shop.item FOR EACH ROW EXECUTE FUNCTION shop.guard();

-- Policies

CREATE POLICY own ON shop.item AS PERMISSIVE FOR SELECT TO shop_app USING (((price)::numeric < (10)::numeric));

-- Comments

COMMENT ON TABLE shop.item IS 'what is sold';
COMMENT ON COLUMN shop.item.price IS 'minor units';

-- Grants

GRANT USAGE ON SCHEMA shop TO shop_app;
GRANT USAGE ON SEQUENCE shop.counter TO shop_app;
GRANT EXECUTE ON FUNCTION shop.guard() TO shop_app;
GRANT SELECT, UPDATE (price) ON TABLE shop.item TO shop_app;
