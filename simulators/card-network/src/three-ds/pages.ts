import { currencyByNumber, formatAmount } from '@tpmall/kernel';
import { CHALLENGE_CODE, type Challenge, MAX_ATTEMPTS } from './challenges.ts';

/** A language of the pages. */
export type Language = 'en' | 'zh';

const texts = {
  en: {
    title: 'Confirm your payment',
    merchant: 'Merchant',
    card: 'Card',
    ending: (last4: string) => `Card ending ${last4}`,
    label: 'Code from your bank',
    hint: `This bank is a simulator. The code is ${CHALLENGE_CODE}.`,
    wrong: (left: number) =>
      `That code is not the one we sent. ${left === 1 ? 'One try is' : `${left} tries are`} left.`,
    approve: (amount: string) => `Approve ${amount}`,
    cancel: 'Cancel',
    passedTitle: 'Your bank has confirmed it is you',
    passed: 'Nothing has been charged yet. Continue to finish the payment.',
    failedTitle: 'Your bank did not confirm this payment',
    failed: 'Nothing was charged. Continue to choose another way to pay.',
    next: 'Continue',
    simulator: 'Simulated bank',
    toConfirm: 'To confirm',
    goneTitle: 'This confirmation is over',
    gone: 'Nothing was charged by this page. Go back to the shop to see the state of your payment.',
  },
  zh: {
    title: '确认付款',
    merchant: '商户',
    card: '银行卡',
    ending: (last4: string) => `尾号 ${last4} 的卡`,
    label: '银行验证码',
    hint: `此银行为模拟器，验证码为 ${CHALLENGE_CODE}。`,
    wrong: (left: number) => `验证码不正确，还可尝试 ${left} 次。`,
    approve: (amount: string) => `批准 ${amount}`,
    cancel: '取消',
    passedTitle: '银行已确认是您本人',
    passed: '尚未扣款。请继续以完成付款。',
    failedTitle: '银行未确认此笔付款',
    failed: '未扣款。请继续并选择其他付款方式。',
    next: '继续',
    simulator: '模拟银行',
    toConfirm: '待确认金额',
    goneTitle: '此确认已结束',
    gone: '本页未扣款。请返回商店查看付款状态。',
  },
} as const;

/** Chinese where the browser asks for it first, English otherwise. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return /^\s*zh\b/i.test(acceptLanguage ?? '') ? 'zh' : 'en';
}

/** The page on which the shopper types the code. */
export function challengePage(challenge: Challenge, language: Language, wrongCode: boolean): string {
  const t = texts[language];
  const { request } = challenge;
  const amount = amountOf(request.purchaseAmount, request.purchaseCurrency, request.purchaseExponent);
  const sum = `<span class="m">${amountText(language, amount)}</span>`;
  const error = wrongCode ? t.wrong(MAX_ATTEMPTS - challenge.attempts) : '';
  return page(
    language,
    t.title,
    `<section><p class="cap">${t.toConfirm}</p>
<p class="figure">${moneyHtml(language, amount)}</p></section>
<h1>${t.title}</h1>
<dl><div><dt>${t.merchant}</dt><dd>${escapeHtml(request.merchantName)}</dd></div>
<div><dt>${t.card}</dt><dd>${t.ending(request.acctNumber.slice(-4))}</dd></div></dl>
<form method="post" action="/acs/challenge/${challenge.acsTransID}">
<div class="field${error ? ' bad' : ''}"><label for="code">${t.label}</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="8"
 aria-describedby="hint${error ? ' error' : ''}"${error ? ' aria-invalid="true"' : ''}>
${error ? `<p class="err" id="error" role="alert">${error}</p>` : ''}
<p class="cap" id="hint">${t.hint}</p></div>
<div class="row">
<button name="action" value="approve">${t.approve(sum)}</button>
<button class="two" name="action" value="cancel">${t.cancel}</button></div></form>`,
  );
}

/**
 * The page after the challenge: a form takes the CRes back, because a redirect would be blocked by the page
 * before.
 */
export function donePage(challenge: Challenge, language: Language, cres: string): string {
  const t = texts[language];
  const passed = challenge.transStatus === 'Y';
  const title = passed ? t.passedTitle : t.failedTitle;
  return page(
    language,
    title,
    `<h1>${title}</h1><p class="dim">${passed ? t.passed : t.failed}</p>
<form method="post" action="${escapeHtml(challenge.request.notificationURL)}">
<input type="hidden" name="cres" value="${cres}">
<input type="hidden" name="threeDSSessionData" value="${escapeHtml(challenge.sessionData)}">
<div class="row"><button>${t.next}</button></div></form>`,
  );
}

/** The page for a challenge that is not there (any more). */
export function gonePage(language: Language): string {
  const t = texts[language];
  return page(language, t.goneTitle, `<h1>${t.goneTitle}</h1><p class="dim">${t.gone}</p>`);
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
<meta name="color-scheme" content="light dark"><title>${title}</title>
<link rel="icon" type="image/svg+xml" href="/acs/icon.svg">
<link rel="stylesheet" href="/acs/style.css"></head>
<body><header><div><span class="mark">${MARK}<span>TPMall</span></span>
<span class="cap">${texts[language].simulator}</span></div></header>
<main>${body}</main></body></html>
`;
}

interface Amount {
  readonly code: string;
  readonly figure: string;
}

function amountOf(amount: string, number: string, exponent: string): Amount {
  const currency = currencyByNumber(Number(number));
  const [whole = '', minor] = formatAmount(BigInt(amount), {
    code: currency?.code ?? number,
    number: Number(number),
    exponent: Number(exponent),
  }).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const figure = minor === undefined ? grouped : `${grouped}.${minor}`;
  return { code: (currency?.code ?? number).toUpperCase(), figure };
}

/** The currency stands before the amount in English and after it in Chinese; CNY is its sign there. */
function amountText(language: Language, { code, figure }: Amount): string {
  if (language === 'en') return `${code} ${figure}`;
  return code === 'CNY' ? `¥${figure}` : `${figure} ${code}`;
}

/** The same with its code small and its minor part quiet. */
function moneyHtml(language: Language, { code, figure }: Amount): string {
  const [whole = '', minor] = figure.split('.');
  const sum = minor === undefined ? whole : `${whole}<span class="u">.${minor}</span>`;
  if (language === 'en') return `<span class="c">${code}</span> ${sum}`;
  return code === 'CNY' ? `¥${sum}` : `${sum} <span class="c">${code}</span>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
