DO $$
BEGIN
  ASSERT NOT has_table_privilege('catalogue_app', 'catalogue.product', 'DELETE'), 'products stay';
  ASSERT NOT has_table_privilege('catalogue_app', 'catalogue.price', 'DELETE'), 'prices stay';
  ASSERT NOT has_column_privilege('catalogue_app', 'catalogue.price', 'unit_amount_decimal', 'UPDATE'),
    'the amount of a price never changes';
  ASSERT NOT has_table_privilege('catalogue_app', 'catalogue.outbox', 'UPDATE'), 'the outbox is append-only';
  INSERT INTO catalogue.product (tenant, id, created_at, updated_at, active, type, name, images,
    marketing_features, metadata) VALUES ('t', 'p', now(), now(), true, 'good', 'n', '[]', '[]', '{}');
  INSERT INTO catalogue.price (id, tenant, created_at, product, active, currency, unit_amount_decimal,
    tax_behavior, currency_options, lookup_key, metadata)
    VALUES ('1', 't', now(), 'p', true, 'eur', '10.5', 'unspecified', '{}', 'k', '{}');
  BEGIN
    INSERT INTO catalogue.price (id, tenant, created_at, product, active, currency, unit_amount_decimal,
      tax_behavior, currency_options, lookup_key, metadata)
      VALUES ('2', 't', now(), 'p', true, 'eur', '1', 'unspecified', '{}', 'k', '{}');
    ASSERT false, 'a lookup key belongs to one price';
  EXCEPTION WHEN unique_violation THEN
    NULL;
  END;
  BEGIN
    INSERT INTO catalogue.price (id, tenant, created_at, product, active, currency, unit_amount_decimal,
      tax_behavior, currency_options, metadata)
      VALUES ('3', 'other', now(), 'p', true, 'eur', '1', 'unspecified', '{}', '{}');
    ASSERT false, 'a price is of a product of its tenant';
  EXCEPTION WHEN foreign_key_violation THEN
    NULL;
  END;
END $$;
