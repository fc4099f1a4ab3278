-- In which order shops were opened: the first one says whose mall this is.
ALTER TABLE shop ADD COLUMN opened bigint GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX shop_by_opening ON shop (opened);
