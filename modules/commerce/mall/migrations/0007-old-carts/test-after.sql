DO $$
BEGIN
  ASSERT has_table_privilege('mall_app', 'mall.cart_line', 'DELETE'), 'the mall must be able to forget carts';
END
$$;
