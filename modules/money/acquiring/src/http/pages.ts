import { currencyOf } from '@tpmall/kernel';
import { withParameters } from '@tpmall/platform/contract';
import {
  asset,
  page as document,
  type Html,
  houseStyle,
  html,
  type Language,
  icon as mark,
  moneyWithCode,
  sign,
  styleSheet,
} from '@tpmall/platform/pages';
import { MESSAGE_VERSION } from '../service/directory-server.ts';
import type { StoredAuthentication } from '../store/authentications.ts';

/** The style of the pages. */
export const style = styleSheet('/3ds/style.css', [
  ...houseStyle,
  new URL('./three-ds.css', import.meta.url),
]);

/** Their icon; the vault has its own on the same origin, and either may run without the other. */
export const icon = asset('/3ds/icon.svg', 'image/svg+xml', mark);

const texts = {
  en: {
    skip: 'Skip to content',
    askTitle: 'Your bank wants to know it is you',
    ask: 'Nothing is charged on the next page. Your bank brings you back here.',
    merchant: 'Merchant',
    card: 'Card',
    ending: (last4: string) => `Card ending ${last4}`,
    toBank: 'Continue to your bank',
    toConfirm: 'To confirm',
    amount: 'Amount',
    next: 'Continue',
    authenticated: ['Your bank has confirmed it is you', 'Continue to see the state of your payment.'],
    failed: [
      'Your bank did not confirm this payment',
      'Nothing was charged. Continue to choose another way to pay.',
    ],
    waiting: [
      'Your bank has not told us the result',
      'We are asking again. Continue to see the state of your payment.',
    ],
    gone: [
      'There is nothing to confirm here',
      'Nothing was charged. Go back to the shop to see the state of your payment.',
    ],
  },
  zh: {
    skip: '跳到内容',
    askTitle: '银行需要确认是您本人',
    ask: '下一页不会扣款，银行会带您回到这里。',
    merchant: '商户',
    card: '银行卡',
    ending: (last4: string) => `尾号 ${last4} 的卡`,
    toBank: '前往银行页面',
    toConfirm: '待确认金额',
    amount: '金额',
    next: '继续',
    authenticated: ['银行已确认是您本人', '请继续查看付款状态。'],
    failed: ['银行未确认此笔付款', '未扣款。请继续并选择其他付款方式。'],
    waiting: ['银行尚未告知结果', '我们正在查询。请继续查看付款状态。'],
    gone: ['此处没有需要确认的付款', '未扣款。请返回商店查看付款状态。'],
  },
} as const;

/** The page from which the shopper goes to the issuer: a form with the CReq and a button that says so. */
export function challengePage(stored: StoredAuthentication, language: Language): string {
  const t = texts[language];
  const creq = Buffer.from(
    JSON.stringify({
      messageType: 'CReq',
      messageVersion: MESSAGE_VERSION,
      threeDSServerTransID: stored.serverTransId,
      acsTransID: stored.acsTransId,
      challengeWindowSize: '05',
    }),
  ).toString('base64url');
  return page(
    language,
    t.askTitle,
    html`${figureOf(stored, language, t.toConfirm)}
<h1>${t.askTitle}</h1>
<dl class="spec"><div><dt>${t.merchant}</dt><dd>${stored.merchantName}</dd></div>
<div><dt>${t.card}</dt><dd>${t.ending(stored.last4)}</dd></div></dl>
<p class="dim">${t.ask}</p>
<form method="post" action="${stored.acsUrl ?? ''}">
<input type="hidden" name="creq" value="${creq}">
<input type="hidden" name="threeDSSessionData" value="${stored.id}">
<button class="btn">${t.toBank}</button></form>`,
  );
}

/**
 * The page on which the shopper arrives from the issuer; a link leads on, because a redirect would be
 * blocked.
 */
export function resultPage(stored: StoredAuthentication, language: Language): string {
  const t = texts[language];
  const passed = stored.state === 'authenticated' || stored.state === 'frictionless';
  const [title, text, status] = passed
    ? ([...t.authenticated, 'succeeded'] as const)
    : stored.state === 'challenge'
      ? ([...t.waiting, 'pending'] as const)
      : ([...t.failed, 'failed'] as const);
  // Of the authentication, which is all that is known here: how the payment stands is asked for there.
  const onward = withParameters(stored.returnUrl, { redirect_status: status });
  return page(
    language,
    title,
    html`${figureOf(stored, language, t.amount)}
<h1>${title}</h1><p class="dim">${text}</p>
<p><a class="btn" href="${onward}">${t.next}</a></p>`,
  );
}

/** The page for a link that leads nowhere. */
export function gonePage(language: Language): string {
  const [title, text] = texts[language].gone;
  return page(language, title, html`<h1>${title}</h1><p class="dim">${text}</p>`);
}

function page(language: Language, title: string, body: Html): string {
  return document({
    ...{ language, title, body, style, icon: icon.href, nav: sign, skip: texts[language].skip },
    ...{ density: 'mall', main: 'slip challenge' },
  });
}

/** The amount of the payment, which leads every page about it. */
function figureOf(stored: StoredAuthentication, language: Language, caption: string): Html {
  const amount = moneyWithCode(language, stored.amount, currencyOf(stored.currency));
  return html`<section><p class="cap">${caption}</p><p class="fig-l">${amount}</p></section>`;
}
