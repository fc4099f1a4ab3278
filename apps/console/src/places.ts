/** Ids by their beginning, the place that they are of, and the page that shows what they name. */
export const PLACES = [
  [/^(?:pi|ch|re)_\w+$/, '/payments', '/payments/$id'],
  [/^req_\w+$/, '/requests', '/requests/$id'],
  [/^evt_\w+$/, '/events', '/events/$id'],
  [/^order_\w+$/, '/orders', '/orders/$id'],
  [/^whd_\w+$/, '/deliveries', '/deliveries/$id'],
  [/^ret_\w+$/, '/returns', '/returns/$id'],
] as const;
