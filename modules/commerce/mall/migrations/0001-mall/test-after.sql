DO $$
BEGIN
  ASSERT NOT has_table_privilege('mall_app', 'mall.customer_order', 'DELETE'), 'orders are never removed';
  ASSERT NOT has_column_privilege('mall_app', 'mall.order_line', 'amount', 'UPDATE'),
    'lines stay as they were';
  ASSERT NOT has_table_privilege('mall_app', 'mall.outbox', 'UPDATE'), 'the outbox is append-only';
  INSERT INTO mall.shop VALUES ('t', 'm', '{}', '{}', '{}', '{}', '{}', 0, '{}', 1);
  INSERT INTO mall.goods
  VALUES ('t', 'g', 'm', 'p', now(), true, 'tea', '{}', '{}', '{}', '{}', '[]', '{}', false, '');
  INSERT INTO mall.variant VALUES ('v', 't', 'g', 's', 0, 'price', '{}', '{}', true);
  BEGIN
    INSERT INTO mall.stock VALUES ('v', -1, 0);
    ASSERT false, 'stock is never below nothing';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
  BEGIN
    INSERT INTO mall.customer_order (id, tenant, created_at, owner, state, stock, held_until, currency,
      language, email, address, goods, delivery, tax, total, success_url, cancel_url, paid_at)
    VALUES ('o', 't', now(), 'guest:1', 'paid', 'released', now(), 'cny', 'en', 'a@b.example', '{}', 1, 0,
      0, 1, '', '', now());
    ASSERT false, 'what is paid has its stock';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END $$;
