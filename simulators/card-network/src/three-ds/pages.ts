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
  const error = wrongCode ? t.wrong(MAX_ATTEMPTS - challenge.attempts) : '';
  return page(
    language,
    t.title,
    `<h1>${t.title}</h1>
<p class="figure"><span>${amount.code}</span> ${amount.figure}</p>
<dl><div><dt>${t.merchant}</dt><dd>${escapeHtml(request.merchantName)}</dd></div>
<div><dt>${t.card}</dt><dd>${t.ending(request.acctNumber.slice(-4))}</dd></div></dl>
<form method="post" action="/acs/challenge/${challenge.acsTransID}">
<div class="field${error ? ' bad' : ''}"><label for="code">${t.label}</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="8"
 aria-describedby="hint${error ? ' error' : ''}"${error ? ' aria-invalid="true"' : ''}>
${error ? `<p class="err" id="error" role="alert">${error}</p>` : ''}
<p class="cap" id="hint">${t.hint}</p></div>
<div class="row">
<button name="action" value="approve">${t.approve(`${amount.code} ${amount.figure}`)}</button>
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

function page(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<link rel="stylesheet" href="/acs/style.css"></head><body><main>${body}</main></body></html>
`;
}

function amountOf(amount: string, number: string, exponent: string): { code: string; figure: string } {
  const currency = currencyByNumber(Number(number));
  const figure = formatAmount(BigInt(amount), {
    code: currency?.code ?? number,
    number: Number(number),
    exponent: Number(exponent),
  });
  return { code: (currency?.code ?? number).toUpperCase(), figure };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
