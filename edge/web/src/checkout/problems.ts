import { type Html, html, type Language } from '@tpmall/platform/pages';

/** Why a form that was to pay did not, where the order itself does not say. */
export const PROBLEMS = [
  'changed',
  'card',
  'used_up',
  'busy',
  'unknown',
  'shop',
  'slow_down',
  'balance',
  'limit',
  'frozen',
  'refused',
  'quantity',
  'begun',
] as const;
/** One of {@link PROBLEMS}. */
export type Problem = (typeof PROBLEMS)[number];

const texts: Readonly<Record<Language, Readonly<Record<Problem, string>>>> = {
  en: {
    changed: 'The order has changed since you saw it. Nothing was charged. Look at the new total, then pay.',
    card: 'This card cannot be used here. Nothing was charged. Enter it again, or use another one.',
    used_up: 'All that this offer had has been sold. Nothing was charged.',
    busy: 'Our payment service does not answer. Nothing was charged. Try again in a moment.',
    unknown: 'We do not know yet what became of this try. It stands here once we do; you will not pay twice.',
    shop: 'The shop cannot take this payment at the moment. Nothing was charged. Please tell the shop.',
    slow_down: 'Too many cards were declined here. Nothing was charged. Wait a few minutes, then try again.',
    balance: 'Your balance does not cover this any more. Nothing was taken. Top up, or pay by card.',
    limit: 'This is more than your wallet may pay now. Nothing was taken. Your limits are on its page.',
    frozen: 'Your wallet is frozen. Nothing was taken. Pay by card, or ask support.',
    refused: 'We could not accept this payment from your balance. Nothing was taken. Try a card.',
    quantity: 'The shop does not sell these quantities. Nothing was changed. Choose others.',
    begun:
      'A payment of this order has begun, so its quantities stand. To change them, start again at the shop.',
  },
  zh: {
    changed: '订单已更改，未扣款。请核对新的合计后再支付。',
    card: '此卡不能在此使用，未扣款。请重新输入或换一张卡。',
    used_up: '此优惠提供的商品已售完，未扣款。',
    busy: '支付服务暂无响应，未扣款。请稍后重试。',
    unknown: '此次付款的结果尚不清楚，确定后会显示在此处，不会重复扣款。',
    shop: '商店目前无法接受此笔付款，未扣款。请联系商店。',
    slow_down: '此处被拒绝的卡过多，未扣款。请等待几分钟后重试。',
    balance: '余额已不足，未扣款。请充值或用卡支付。',
    limit: '超出钱包目前可支付的额度，未扣款。限额见钱包页面。',
    frozen: '钱包已冻结，未扣款。请用卡支付或联系客服。',
    refused: '我们无法接受此笔余额付款，未扣款。请改用卡支付。',
    quantity: '商店不出售此数量，未作更改。请另选数量。',
    begun: '此订单已开始付款，数量不能再更改。如需更改，请回商店重新下单。',
  },
};

/** The problem that an address names, or none. */
export function problemOf(text: string | undefined): Problem | null {
  return PROBLEMS.find((known) => known === text) ?? null;
}

/** A problem in words. */
export function problemNote(language: Language, problem: Problem): Html {
  const kind = problem === 'unknown' || problem === 'changed' ? 'ochre' : 'red';
  return html`<div class="note ${kind}" role="alert"><p>${texts[language][problem]}</p></div>`;
}
