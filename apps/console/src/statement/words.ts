import type { Words } from '../language.tsx';

const en = {
  title: 'Statement',
  caption: 'Entries, newest first',
  lead: 'What the mall owes you: your shares of what was sold, less its commission and what went back.',
  empty: 'No sales yet',
  emptyLead: 'Your share of an order appears here as soon as it is paid.',
  owed: 'Owed to you',
  time: 'Time',
  what: 'What',
  amount: 'Amount',
  effects: { held: 'held', let_go: 'let go', posted: '' } as Readonly<Record<string, string>>,
  reasons: {
    merchant_share: 'Your share of a payment',
    platform_commission: 'Commission of the mall',
    refund: 'Refund',
    adjustment: 'Adjustment',
  } as Readonly<Record<string, string>>,
  refundBack: 'Refund, given back to you',
};

/** What a merchant's statement says. */
export const words: Words<typeof en> = {
  en,
  zh: {
    title: '对账单',
    caption: '明细，最新在前',
    lead: '商城应付给您的款项：您在销售中的分账，扣除佣金与退款。',
    empty: '暂无销售',
    emptyLead: '订单付款后，您的分账会立即显示在这里。',
    owed: '应付给您',
    time: '时间',
    what: '事项',
    amount: '金额',
    effects: { held: '冻结', let_go: '解冻', posted: '' },
    reasons: {
      merchant_share: '付款分账',
      platform_commission: '商城佣金',
      refund: '退款',
      adjustment: '调整',
    },
    refundBack: '退款时返还给您',
  },
};
