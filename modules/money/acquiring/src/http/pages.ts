import { type Currency, currencyOf, formatAmount } from '@tpmall/kernel';
import { MESSAGE_VERSION } from '../service/directory-server.ts';
import type { StoredAuthentication } from '../store/authentications.ts';

/** A language of the pages. */
export type Language = 'en' | 'zh';

const texts = {
  en: {
    askTitle: 'Your bank wants to know it is you',
    ask: 'Nothing is charged on the next page. Your bank brings you back here.',
    merchant: 'Merchant',
    card: 'Card',
    ending: (last4: string) => `Card ending ${last4}`,
    toBank: 'Continue to your bank',
    toConfirm: 'To confirm',
    amount: 'Amount',
    next: 'Continue',
    authenticated: [
      'Your bank has confirmed it is you',
      'Nothing has been charged yet. Continue to finish the payment.',
    ],
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
    askTitle: '银行需要确认是您本人',
    ask: '下一页不会扣款，银行会带您回到这里。',
    merchant: '商户',
    card: '银行卡',
    ending: (last4: string) => `尾号 ${last4} 的卡`,
    toBank: '前往银行页面',
    toConfirm: '待确认金额',
    amount: '金额',
    next: '继续',
    authenticated: ['银行已确认是您本人', '尚未扣款。请继续以完成付款。'],
    failed: ['银行未确认此笔付款', '未扣款。请继续并选择其他付款方式。'],
    waiting: ['银行尚未告知结果', '我们正在查询。请继续查看付款状态。'],
    gone: ['此处没有需要确认的付款', '未扣款。请返回商店查看付款状态。'],
  },
} as const;

/** Chinese where the browser asks for it first, English otherwise. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return /^\s*zh\b/i.test(acceptLanguage ?? '') ? 'zh' : 'en';
}

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
    `${figureOf(stored, language, t.toConfirm)}
<h1>${t.askTitle}</h1>
<dl><div><dt>${t.merchant}</dt><dd>${escapeHtml(stored.merchantName)}</dd></div>
<div><dt>${t.card}</dt><dd>${t.ending(stored.last4)}</dd></div></dl>
<p class="dim">${t.ask}</p>
<form method="post" action="${escapeHtml(stored.acsUrl ?? '')}">
<input type="hidden" name="creq" value="${creq}">
<input type="hidden" name="threeDSSessionData" value="${escapeHtml(stored.id)}">
<button>${t.toBank}</button></form>`,
  );
}

/**
 * The page on which the shopper arrives from the issuer; a link leads on, because a redirect would be
 * blocked.
 */
export function resultPage(stored: StoredAuthentication, language: Language): string {
  const t = texts[language];
  const passed = stored.state === 'authenticated' || stored.state === 'frictionless';
  const [title, text] = passed ? t.authenticated : stored.state === 'challenge' ? t.waiting : t.failed;
  return page(
    language,
    title,
    `${figureOf(stored, language, t.amount)}
<h1>${title}</h1><p class="dim">${text}</p>
<p><a class="btn" href="${escapeHtml(stored.returnUrl)}">${t.next}</a></p>`,
  );
}

/** The page for a link that leads nowhere. */
export function gonePage(language: Language): string {
  const [title, text] = texts[language].gone;
  return page(language, title, `<h1>${title}</h1><p class="dim">${text}</p>`);
}

/** The mark of the house: a T-account, with an entry on its left and one on its right. */
const MARK = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
<path d="M2 4h20M12 4v18" stroke-width="2.5"/><path d="M4.5 9.5H9M4.5 13H9" stroke-width="1.2"/>
<path d="M15 9.5h4.5" stroke-width="1.2" stroke="var(--accent)"/></svg>`;

/** The mark as an icon, for light and for dark. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none">
<style>path{stroke:#13202a}.a{stroke:#0a6355}
@media (prefers-color-scheme:dark){path{stroke:#e8eeea}.a{stroke:#62c6b1}}</style>
<path d="M2 4h20M12 4v18" stroke-width="2.5"/><path d="M4.5 9.5H9M4.5 13H9" stroke-width="1.2"/>
<path class="a" d="M15 9.5h4.5" stroke-width="1.2"/></svg>
`;

function page(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · TPMall</title>
<link rel="icon" type="image/svg+xml" href="/3ds/icon.svg">
<link rel="stylesheet" href="/3ds/style.css"></head>
<body><header><div><span class="mark">${MARK}<span>TPMall</span></span></div></header>
<main>${body}</main></body></html>
`;
}

/** The amount of the payment, which leads every page about it. */
function figureOf(stored: StoredAuthentication, language: Language, caption: string): string {
  const figure = moneyHtml(language, stored.amount, currencyOf(stored.currency));
  return `<section><p class="cap">${caption}</p>
<p class="figure">${figure}</p></section>`;
}

/**
 * An amount, its code small and its minor part quiet; the code stands before it in English and after it in
 * Chinese.
 */
function moneyHtml(language: Language, amount: bigint, currency: Currency): string {
  const [whole = '', minor] = formatAmount(amount, currency).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const sum = minor === undefined ? grouped : `${grouped}<span class="u">.${minor}</span>`;
  const code = currency.code.toUpperCase();
  if (language === 'en') return `<span class="c">${code}</span> ${sum}`;
  return code === 'CNY' ? `¥${sum}` : `${sum} <span class="c">${code}</span>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
