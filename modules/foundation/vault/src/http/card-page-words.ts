import { type Language, languageOf } from '@tpmall/platform/pages';
import type { Brand } from '../card/brands.ts';
import type { CARD_FORM_VERBS } from '../contract/index.ts';

/** Everything the card page says, in one language. */
export interface Words {
  readonly language: Language;
  readonly skip: string;
  readonly languages: string;
  readonly title: string;
  readonly toPay: string;
  readonly afterwards: (host: string) => string;
  readonly heading: string;
  readonly number: string;
  readonly expiry: string;
  readonly cvc: string;
  readonly cvcHint: string;
  readonly name: string;
  readonly use: string;
  readonly useFor: string;
  readonly custody: string;
  readonly problemTitle: string;
  readonly problems: (count: number) => string;
  readonly numberMissing: string;
  readonly numberWrong: string;
  readonly numberAgain: (brand: string) => string;
  readonly expiryMissing: string;
  readonly expiryWrong: string;
  readonly expiryPast: (when: string) => string;
  readonly cvcMissing: string;
  readonly cvcWrong: (brand: Brand, name: string, digits: number) => string;
  readonly doneTitle: string;
  readonly done: (brand: string, last4: string) => string;
  readonly doneNote: string;
  readonly goOn: (host: string) => string;
  readonly brokenTitle: string;
  readonly broken: (parameter: string) => string;
  readonly verbs: Readonly<Record<(typeof CARD_FORM_VERBS)[number], string>>;
  readonly sending: string;
  readonly unreachable: string;
  readonly goOnPaying: string;
  readonly staleTitle: string;
  readonly stale: string;
  readonly reload: string;
  readonly busyTitle: string;
  readonly busy: string;
}

const en: Words = {
  language: 'en',
  skip: 'Skip to content',
  languages: 'Language',
  title: 'Your card',
  toPay: 'To pay',
  afterwards: (host) => `Nothing is charged here. Afterwards you go back to ${host}.`,
  heading: 'Your card',
  number: 'Card number',
  expiry: 'Expires (MM / YY)',
  cvc: 'Security code',
  cvcHint: 'Three digits on the back, four on the front of some cards.',
  name: 'Name on card (may be left out)',
  use: 'Use this card',
  useFor: 'Use this card for',
  custody: 'The number goes straight to the card vault. Neither the mall nor its merchants can see it.',
  problemTitle: 'Check your card',
  problems: (count) =>
    `Nothing was charged. ${count === 1 ? 'One field needs' : `${count} fields need`} another look.`,
  numberMissing: 'Enter the number on the front of your card.',
  numberWrong: 'This is no card number. Compare each digit with your card.',
  numberAgain: (brand) =>
    `${brand}. Please enter number and code again: they are not kept while a field is open.`,
  expiryMissing: 'Enter month and year, for example 09 / 28.',
  expiryWrong: 'Enter month and year as on the card, for example 09 / 28.',
  expiryPast: (when) => `This card ran out in ${when}. Check the date or use another card.`,
  cvcMissing: 'Enter the security code of your card.',
  cvcWrong: (brand, name, digits) => {
    if (brand === 'unknown') return 'The security code has 3 digits, on the back of the card.';
    return `${name} has a code of ${digits} digits, on the ${digits === 4 ? 'front' : 'back'} of the card.`;
  },
  doneTitle: 'Your card is ready',
  done: (brand, last4) => `Your ${brand} card ending ${last4} is ready`,
  doneNote: 'Nothing has been charged yet. Go on to finish the payment.',
  goOn: (host) => `Go on to ${host}`,
  brokenTitle: 'This link cannot be used',
  broken: (parameter) =>
    `Nothing was charged. The shop made a mistake in “${parameter}” of its link. Go back and try again.`,
  verbs: { pay: 'Pay', book: 'Book for', donate: 'Donate', save: 'Save this card' },
  sending: 'One moment',
  unreachable: 'The card vault cannot be reached. Nothing was charged. Try again in a moment.',
  goOnPaying: 'Go on',
  staleTitle: 'This form was open for too long',
  stale: 'Nothing was charged, and your card was not kept.',
  reload: 'Open it again',
  busyTitle: 'Please try again',
  busy: 'Nothing was charged, and your card was not kept. Load this page again in a moment.',
};

const zh: Words = {
  language: 'zh',
  skip: '跳到正文',
  languages: '语言',
  title: '填写银行卡',
  toPay: '待支付',
  afterwards: (host) => `本页不会扣款，填写后将返回 ${host}。`,
  heading: '填写银行卡',
  number: '卡号',
  expiry: '有效期（月 / 年）',
  cvc: '安全码',
  cvcHint: '卡背面三位数字，部分卡为正面四位。',
  name: '持卡人姓名（选填）',
  use: '使用此卡',
  useFor: '用此卡支付',
  custody: '卡号直接进入卡库，商城与商家均无法看到。',
  problemTitle: '请核对银行卡',
  problems: (count) => `未扣款。有 ${count} 处需要核对。`,
  numberMissing: '请输入卡面上的卡号。',
  numberWrong: '卡号有误，请与卡面数字逐位核对。',
  numberAgain: (brand) => `${brand}。请再次输入卡号和安全码：有栏目待核对时，两者均不保留。`,
  expiryMissing: '请输入月份和年份，例如 09 / 28。',
  expiryWrong: '请按卡面输入月份和年份，例如 09 / 28。',
  expiryPast: (when) => `此卡已于 ${when}到期，请核对日期或换一张卡。`,
  cvcMissing: '请输入安全码。',
  cvcWrong: (brand, name, digits) => {
    if (brand === 'unknown') return '安全码为卡背面的 3 位数字。';
    return `${name} 的安全码为卡${digits === 4 ? '正' : '背'}面的 ${digits} 位数字。`;
  },
  doneTitle: '银行卡已就绪',
  done: (brand, last4) => `尾号 ${last4} 的 ${brand} 卡已就绪`,
  doneNote: '尚未扣款，请继续完成支付。',
  goOn: (host) => `继续前往 ${host}`,
  brokenTitle: '此链接无法使用',
  broken: (parameter) => `未扣款。商家给出的“${parameter}”有误，请返回后重试。`,
  verbs: { pay: '支付', book: '预订', donate: '捐赠', save: '保存此卡' },
  sending: '请稍候',
  unreachable: '无法连接卡库，未扣款。请稍后重试。',
  goOnPaying: '继续',
  staleTitle: '此表单打开时间过长',
  stale: '未扣款，也未保存您的卡。',
  reload: '重新打开',
  busyTitle: '请稍后重试',
  busy: '未扣款，也未保存您的卡。请稍后重新打开本页。',
};

const WORDS: Readonly<Record<Language, Words>> = { en, zh };

/** The page's words: the language asked for, else the first one the browser accepts, else English. */
export function wordsFor(asked: Language | null, acceptLanguage: string | undefined): Words {
  return WORDS[languageOf(asked, acceptLanguage)];
}
