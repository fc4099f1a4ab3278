-- The object of an event by the quotes around it: a tenth of the time of a regular expression.
DROP INDEX event_of_object;
CREATE INDEX event_of_object ON event (tenant, split_part("left"(data, 100), '"', 6), id DESC);
