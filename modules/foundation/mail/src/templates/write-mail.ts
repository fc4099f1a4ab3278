import { currencyOf } from '@tpmall/kernel';
import {
  dayText,
  type Html,
  html,
  type Language,
  languageTags,
  moneyText,
  punctuation,
  type TimeZone,
} from '@tpmall/platform/pages';
import type { MailMessage, MailTemplate, MailValues } from '../contract/index.ts';

/** A mail as people read it. The subject never says a code: it is shown on locked screens, and logged. */
export interface WrittenMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A mail before its two forms are made of it. */
interface Draft {
  readonly subject: string;
  /** What it is about, in one line: a code, an amount. */
  readonly figure: string;
  readonly lead: string;
  readonly rows?: readonly (readonly [string, string])[];
  /** The last row, after a rule. */
  readonly total?: readonly [string, string];
  readonly after: readonly string[];
  readonly link?: { readonly text: string; readonly href: string } | undefined;
}

/** Writes one kind of mail; days are those of the zone. */
type Writer<T extends MailTemplate> = (language: Language, values: MailValues<T>, zone: TimeZone) => Draft;

const writers: { readonly [T in MailTemplate]: Writer<T> } = {
  sign_in_code: (language, { code, minutes }) =>
    language === 'zh'
      ? {
          subject: '您的登录验证码',
          figure: code,
          lead: '请在登录页面输入此验证码：',
          after: [
            `验证码 ${minutes} 分钟内有效，只能使用一次。`,
            '我们不会向您索要验证码。若非您本人操作，请忽略此邮件。',
          ],
        }
      : {
          subject: 'Your code to sign in',
          figure: code,
          lead: 'Type this code on the page where you sign in:',
          after: [
            `It is good for ${minutes} minutes, and once.`,
            'Nobody from our house will ask you for it. If you did not ask for it, do nothing.',
          ],
        },
  receipt: (language, { order, paidAt, lines, total, currency, link }, zone) => {
    const zh = language === 'zh';
    const sum = moneyText(language, total, currencyOf(currency));
    return {
      subject: zh ? `订单 ${order} 的收据` : `Receipt for order ${order}`,
      figure: sum,
      lead: zh
        ? `已于 ${dayText('zh', paidAt, zone)} 收到您的付款。`
        : `Paid on ${dayText('en', paidAt, zone)}. Thank you.`,
      rows: lines.map(({ text, quantity, amount }) => [
        quantity === 1 ? text : `${text} × ${quantity}`,
        moneyText(language, amount, currencyOf(currency)),
      ]),
      total: [zh ? '合计' : 'Total', sum],
      after: [],
      link: linkTo(language, link),
    };
  },
  parcel: (language, { order, shop, step, carrier, tracking, link }) => {
    const zh = language === 'zh';
    const rows = [
      [zh ? '承运商' : 'Carrier', carrier],
      [zh ? '运单号' : 'Tracking number', tracking],
    ] as const;
    const steps = zh
      ? { packed: '已打包', shipped: '已发货', delivered: '已送达' }
      : { packed: 'Packed', shipped: 'On its way', delivered: 'Delivered' };
    return {
      subject: zh ? `订单 ${order}：${steps[step]}` : `Order ${order}: ${steps[step].toLowerCase()}`,
      figure: steps[step],
      lead: PARCEL_LEADS[language][step](shop),
      rows: rows.flatMap(([head, value]) => (value === null ? [] : [[head, value] as const])),
      after: [],
      link: linkTo(language, link),
    };
  },
  return: (language, { order, shop, step, amount, currency, answer, link }) => {
    const zh = language === 'zh';
    return {
      subject: zh ? `订单 ${order} 的退货` : `Your return from order ${order}`,
      figure: moneyText(language, amount, currencyOf(currency)),
      lead: RETURN_LEADS[language][step](shop),
      after: answer === null ? [] : [zh ? `店铺答复：${answer}` : `${shop} wrote: ${answer}`],
      link: linkTo(language, link),
    };
  },
  refund: (language, { order, amount, currency, link }) => {
    const zh = language === 'zh';
    return {
      subject: zh ? `订单 ${order} 的退款` : `Refund for order ${order}`,
      figure: moneyText(language, amount, currencyOf(currency)),
      lead: zh ? '我们已将这笔款项退回您的付款方式。' : 'We have sent this back to where you paid from.',
      after: [
        zh
          ? '退回钱包的款项已到账；退回银行卡的款项由银行入账，通常需数个工作日。'
          : 'What was paid from a wallet is there already; a card’s bank may take a few days to show it.',
      ],
      link: linkTo(language, link),
    };
  },
};

/** What is said of a parcel, before its carrier and number. */
const PARCEL_LEADS = {
  en: {
    packed: (shop: string) => `${shop} has packed its part of your order. It leaves next.`,
    shipped: (shop: string) => `${shop} has sent its part of your order.`,
    delivered: (shop: string) => `What ${shop} has sent you has been delivered.`,
  },
  zh: {
    packed: (shop: string) => `${shop}已为您打包，即将发出。`,
    shipped: (shop: string) => `${shop}已发货。`,
    delivered: (shop: string) => `${shop}寄出的商品已送达。`,
  },
} as const;

/** What is said of a return. */
const RETURN_LEADS = {
  en: {
    accepted: (shop: string) => `${shop} has accepted your return. The money is on its way back.`,
    awaited: (shop: string) =>
      `${shop} takes the pieces back. The money goes back as soon as they have arrived.`,
    refused: (shop: string) => `${shop} has refused your return. Nothing is paid back.`,
    received: (shop: string) => `${shop} has got the pieces back. The money is on its way to you.`,
  },
  zh: {
    accepted: (shop: string) => `${shop}已同意退货，退款处理中。`,
    awaited: (shop: string) => `${shop}同意退货，收到退回的商品后即退款。`,
    refused: (shop: string) => `${shop}未同意退货，不予退款。`,
    received: (shop: string) => `${shop}已收到退回的商品，退款处理中。`,
  },
} as const;

/** Writes a mail in the language of whoever gets it. */
export function writeMail(language: Language, message: MailMessage, zone: TimeZone = 'UTC'): WrittenMail {
  // The name picks the writer of exactly these values; the compiler does not see it through the union.
  const write = writers[message.template] as Writer<MailTemplate>;
  const draft = write(language, message.values, zone);
  return { subject: draft.subject, text: textOf(language, draft), html: htmlOf(language, draft) };
}

function linkTo(language: Language, href: string | null) {
  return href === null ? undefined : { text: language === 'zh' ? '查看订单' : 'See the order', href };
}

function textOf(language: Language, { figure, lead, rows = [], total, after, link }: Draft): string {
  const table = [...rows, ...(total ? [total] : [])].map(([head, value]) => `${head}  ${value}`);
  const parts = [
    lead,
    figure,
    table.join('\n'),
    ...after,
    link ? `${link.text}${punctuation[language].colon}${link.href}` : '',
    'TPMall',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

// Mail readers know no style sheets and few rules: tables, and style at each element.
const CELL = 'padding:8px 0;border-bottom:1px solid #cdd5ce;vertical-align:top';
const TOTAL = 'padding:8px 0;border-top:1px solid #13202a;border-bottom:3px double #13202a;font-weight:600';
const SANS = "font:16px/1.6 -apple-system,'Segoe UI',Roboto,'PingFang SC',sans-serif";
const FOOT = 'margin:32px 0 0;padding-top:12px;border-top:1px solid #cdd5ce;color:#58666c;font-size:13px';
const SERIF = "font-family:Palatino,'Palatino Linotype','Songti SC','Noto Serif CJK SC',serif";

function htmlOf(language: Language, draft: Draft): string {
  const { subject, figure, lead, rows = [], total, after, link } = draft;
  const row = ([head, value]: readonly [string, string], style: string): Html =>
    html`<tr><td style="${style}">${head}</td>
<td style="${style};text-align:right;white-space:nowrap">${value}</td></tr>`;
  const table =
    rows.length > 0 &&
    html`<table style="width:100%;border-collapse:collapse;font-size:14px">
${rows.map((each) => row(each, CELL))}${total && row(total, TOTAL)}</table>`;
  return html`<!doctype html>
<html lang="${languageTags[language]}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${subject}</title></head>
<body style="margin:0;background:#f0f3ee;color:#13202a;${SANS}">
<div style="max-width:32rem;margin:0 auto;padding:32px 24px;background:#fbfcfa">
<h1 style="margin:0 0 16px;font-weight:400;font-size:22px;line-height:1.3;${SERIF}">${subject}</h1>
<p style="margin:0 0 8px">${lead}</p>
<p style="margin:0 0 24px;font-size:36px;line-height:1.2;letter-spacing:.02em;${SERIF}">${figure}</p>
${table}
${after.map((line) => html`<p style="margin:16px 0 0;color:#3f4d55;font-size:14px">${line}</p>`)}
${link && html`<p style="margin:24px 0 0"><a href="${link.href}" style="color:#0a6355">${link.text}</a></p>`}
<p style="${FOOT}">TPMall</p>
</div></body></html>
`.text;
}
