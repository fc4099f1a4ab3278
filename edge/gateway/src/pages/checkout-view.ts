import type { LineItem, PaymentLink, Session } from '@tpmall/checkout/contract';
import { currencyOf } from '@tpmall/kernel';
import {
  cell,
  columnHead,
  figure,
  type Html,
  home,
  html,
  type Language,
  moneyWithCode,
  row,
  rowHead,
  status,
  table,
} from '@tpmall/platform/pages';
import { instant } from './instants.ts';
import { apiPage } from './layout.ts';

/** What the shopper's pages say. */
const words = {
  en: {
    skip: 'To the order',
    other: '中文',
    order: 'Your order',
    item: 'Item',
    quantity: 'Quantity',
    amount: 'Amount',
    total: 'Total',
    open: 'Not paid yet',
    paid: 'Paid',
    held: 'Confirmed; the amount is reserved on your card',
    free: 'Confirmed; nothing is to be paid',
    expired: 'Expired; nothing was charged, and it cannot be paid any more',
    until: 'It can be paid until',
    noForm: 'This page shows the order. The shop takes the payment for it.',
    goOn: 'Go on to the shop',
    back: 'Back to the shop',
    begin: 'Continue',
    linkTitle: 'Buy',
    inactive: 'This link is not active. Nothing can be bought with it now.',
    subscription: 'This link sells a subscription, and there are no subscriptions here.',
  },
  zh: {
    skip: '转到订单',
    other: 'English',
    order: '您的订单',
    item: '商品',
    quantity: '数量',
    amount: '金额',
    total: '合计',
    open: '尚未支付',
    paid: '已支付',
    held: '已确认，金额已在您的卡上预留',
    free: '已确认，无需支付',
    expired: '已过期，未扣款，且不能再支付',
    until: '支付截止时间',
    noForm: '本页展示订单，由商店收取款项。',
    goOn: '继续前往商店',
    back: '返回商店',
    begin: '继续',
    linkTitle: '购买',
    inactive: '此链接未启用，目前不能用它购买。',
    subscription: '此链接出售订阅，本站不提供订阅。',
  },
} as const;

/** The page of a session: what is ordered, what it comes to, and how far it has come. */
export function sessionPage(language: Language, session: Session): string {
  const w = words[language];
  const body = html`<h1>${w.order}</h1>
<p>${sessionStatus(language, session)}</p>
${linesTable(language, session.lines, session.currency, session.amountTotal)}
${
  session.status === 'open' &&
  html`<p class="cap">${w.noForm}</p>
<p class="cap">${w.until} ${instant(language, BigInt(session.expiresAt) * 1000n)} UTC</p>`
}
${onward(language, session)}`;
  return checkoutPage(language, w.order, `/c/pay/${session.id}`, body);
}

/** The page of a link: what it sells, and a button that opens a session. */
export function linkPage(language: Language, link: PaymentLink): string {
  const w = words[language];
  const total = link.lines.reduce((sum, { amount }) => sum + amount, 0n);
  const isRecurring = link.lines.some(({ price }) => price.recurring !== null);
  const action = link.active && !isRecurring;
  const refused = isRecurring ? w.subscription : (link.inactiveMessage ?? w.inactive);
  const body = html`<h1>${w.linkTitle}</h1>
${linesTable(language, link.lines, link.currency, total)}
${action && html`<form method="post" action="/b/${link.id}"><button class="btn">${w.begin}</button></form>`}
${!action && html`<div class="note"><p>${refused}</p></div>`}`;
  return checkoutPage(language, w.linkTitle, `/b/${link.id}`, body);
}

function checkoutPage(language: Language, title: string, path: string, body: Html): string {
  const w = words[language];
  const other = language === 'en' ? 'zh' : 'en';
  const nav = html`${home}
<nav><ul><li><a href="${path}?lang=${other}" lang="${other}">${w.other}</a></li></ul></nav>`;
  return apiPage({ language, title, nav, skip: w.skip, body, density: 'reading' });
}

function sessionStatus(language: Language, { status: state, paymentStatus }: Session): Html {
  const w = words[language];
  if (state === 'expired') return status('due', w.expired);
  if (state === 'open') return status('wait', w.open);
  const done = { paid: w.paid, unpaid: w.held, no_payment_required: w.free }[paymentStatus];
  return status('done', done);
}

function linesTable(language: Language, lines: readonly LineItem[], currency: string, total: bigint): Html {
  const w = words[language];
  return table(
    w.order,
    [columnHead(w.item), columnHead(w.quantity, true), columnHead(w.amount, true)],
    lines.map((line) =>
      row(
        rowHead(line.description),
        figure(line.quantity),
        figure(moneyWithCode(language, line.amount, currencyOf(currency))),
      ),
    ),
    {
      foot: html`<tfoot role="rowgroup">${row(
        rowHead(w.total),
        cell(''),
        figure(moneyWithCode(language, total, currencyOf(currency))),
      )}</tfoot>`,
    },
  );
}

/** Where the shopper goes on: the shop's page of success, or back to it. */
function onward(language: Language, session: Session): Html | false {
  const w = words[language];
  if (session.status === 'complete') {
    const target = session.successUrl?.replaceAll('{CHECKOUT_SESSION_ID}', encodeURIComponent(session.id));
    return (
      target !== undefined && html`<p><a class="btn" href="${target}" rel="noreferrer">${w.goOn}</a></p>`
    );
  }
  return (
    session.cancelUrl !== null && html`<p><a href="${session.cancelUrl}" rel="noreferrer">${w.back}</a></p>`
  );
}
