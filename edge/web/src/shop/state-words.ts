import type { Category, OrderState, ParcelState, ReturnState } from '@tpmall/mall/contract';
import type { Language } from '@tpmall/platform/pages';

interface StateWords {
  readonly category: Readonly<Record<Category, string>>;
  readonly orderState: Readonly<Record<OrderState, string>>;
  readonly parcelState: Readonly<Record<ParcelState, string>>;
  readonly returnState: Readonly<Record<ReturnState, string>>;
}

/** What the aisles of the mall are called, and how an order, a parcel and a return stand. */
export const stateWords: Readonly<Record<Language, StateWords>> = {
  en: {
    category: {
      ceramics: 'Ceramics',
      lighting: 'Lighting',
      paper: 'Paper & ink',
      textiles: 'Textiles',
      kitchen: 'Kitchen',
      tea: 'Tea',
      clocks: 'Clocks',
    },
    orderState: {
      placed: 'Waiting for payment',
      paid: 'Paid',
      part_shipped: 'Partly on its way',
      shipped: 'On its way',
      delivered: 'Delivered',
      cancelled: 'Cancelled',
      refunding: 'Money on its way back',
      refunded: 'Refunded',
    },
    parcelState: {
      waiting: 'Leaves after payment',
      preparing: 'Being prepared',
      packed: 'Packed',
      shipped: 'On its way',
      delivered: 'Delivered',
      cancelled: 'Does not leave',
    },
    returnState: {
      asked: 'Waiting for the maker’s answer',
      withdrawn: 'Withdrawn',
      refused: 'Refused by the maker',
      awaited: 'Accepted; send the pieces back, and the money follows',
      accepted: 'Accepted; the money is on its way back',
      refunded: 'Money sent back',
      failed: 'The money could not be sent back; we are looking into it',
    },
  },
  zh: {
    category: {
      ceramics: '陶瓷',
      lighting: '灯具',
      paper: '纸墨',
      textiles: '织物',
      kitchen: '厨房',
      tea: '茶',
      clocks: '钟表',
    },
    orderState: {
      placed: '待支付',
      paid: '已支付',
      part_shipped: '部分已发货',
      shipped: '已发货',
      delivered: '已送达',
      cancelled: '已取消',
      refunding: '退款处理中',
      refunded: '已退款',
    },
    parcelState: {
      waiting: '支付后发货',
      preparing: '备货中',
      packed: '已打包',
      shipped: '运输中',
      delivered: '已送达',
      cancelled: '不再发货',
    },
    returnState: {
      asked: '等待店铺答复',
      withdrawn: '已撤回',
      refused: '店铺已拒绝',
      awaited: '已同意，请寄回商品，收到后退款',
      accepted: '已同意，退款处理中',
      refunded: '已退款',
      failed: '退款未能完成，我们正在处理',
    },
  },
};
