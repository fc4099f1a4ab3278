import type { Words } from '../language.tsx';

const en = {
  title: 'Events',
  caption: 'Events, newest first',
  empty: 'No events',
  nothing: 'No event is like that',
  emptyLead: 'What clients are told of: payments, refunds, customers and more. Events are kept for 30 days.',
  type: 'Type',
  typeHint: 'payment_intent.* or charge.refunded',
  through: 'Deliveries',
  throughs: { '': 'Any', false: 'Not got through' },
  time: 'Time',
  object: 'Object',
  waiting: 'Waits at',
  endpoints: (count: number) => (count === 1 ? '1 endpoint' : `${count} endpoints`),
  none: '–',
  data: 'What was told',
  deliveries: 'Deliveries',
  noDeliveries: 'No endpoint wanted this event.',
  toWebhooks: 'Add an endpoint',
  request: 'Request behind it',
};

/** What the pages of events say. */
export const words: Words<typeof en> = {
  en,
  zh: {
    title: '事件',
    caption: '事件，最新在前',
    empty: '暂无事件',
    nothing: '没有符合条件的事件',
    emptyLead: '通知客户端的内容：付款、退款、客户等。事件保留 30 天。',
    type: '类型',
    typeHint: 'payment_intent.* 或 charge.refunded',
    through: '投递',
    throughs: { '': '全部', false: '未送达' },
    time: '时间',
    object: '对象',
    waiting: '待投递',
    endpoints: (count) => `${count} 个端点`,
    none: '–',
    data: '通知内容',
    deliveries: '投递记录',
    noDeliveries: '没有端点订阅此事件。',
    toWebhooks: '添加端点',
    request: '触发请求',
  },
};
