import { isoInstant } from '@tpmall/kernel';
import type { ReceivedMail } from './inbox.ts';

/** A language of the pages. */
export type Language = 'en' | 'zh';

const texts = {
  en: {
    title: 'Mailbox',
    about: 'Mails that this TPMall has sent. None of them left this machine.',
    empty: 'Nothing has come yet. A mail appears here as soon as it is sent.',
    only: (address: string) => `To ${address}`,
    all: 'Show all',
    live: 'Keep up to date',
    still: 'Stop updating',
    back: 'All mails',
    none: '(no subject)',
    to: 'To',
    from: 'From',
    at: 'Came',
    html: 'As a mail reader shows it',
    headers: 'Header',
    gone: 'This mail is not here',
    goneWhy: 'The mailbox keeps the last thousand mails until it is stopped.',
  },
  zh: {
    title: '邮箱',
    about: '此 TPMall 发出的邮件，均未离开本机。',
    empty: '暂无邮件。邮件一经发出即会显示在这里。',
    only: (address: string) => `收件人 ${address}`,
    all: '显示全部',
    live: '自动更新',
    still: '停止更新',
    back: '全部邮件',
    none: '（无主题）',
    to: '收件人',
    from: '发件人',
    at: '收到时间',
    html: '邮件阅读器中的样式',
    headers: '邮件头',
    gone: '没有这封邮件',
    goneWhy: '邮箱保留最近一千封邮件，停止后清空。',
  },
} as const;

/** Chinese where the browser asks for it first, English otherwise. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return /^\s*zh\b/i.test(acceptLanguage ?? '') ? 'zh' : 'en';
}

/**
 * The list, newest first. `live`: the page is asked for again every few seconds, because its reader wants it.
 */
export function listPage(
  language: Language,
  mails: readonly ReceivedMail[],
  { recipient, live }: { readonly recipient: string | undefined; readonly live: boolean },
): string {
  const words = texts[language];
  const address = (parts: Readonly<Record<string, string | undefined>>): string => {
    const asked = new URLSearchParams();
    for (const [key, value] of Object.entries(parts)) if (value !== undefined) asked.set(key, value);
    const query = asked.toString();
    return escapeHtml(query === '' ? '/' : `/?${query}`);
  };
  const update = live
    ? `<a class="tap" href="${address({ to: recipient })}">${words.still}</a>`
    : `<a class="tap" href="${address({ to: recipient, live: '1' })}">${words.live}</a>`;
  const narrowed =
    recipient !== undefined &&
    `<p>${escapeHtml(words.only(recipient))} · <a class="tap" href="/">${words.all}</a></p>`;
  const list =
    mails.length === 0
      ? `<p class="dim">${words.empty}</p>`
      : `<ol>\n${mails.map((mail) => listItem(language, mail, address)).join('\n')}\n</ol>`;
  const body = `<div class="head"><h1>${words.title}</h1>${update}</div>
<p class="dim">${words.about}</p>${narrowed || ''}
${list}`;
  return page(language, words.title, body);
}

function listItem(
  language: Language,
  { id, subject, recipients, at }: ReceivedMail,
  address: (parts: Readonly<Record<string, string>>) => string,
): string {
  const to = recipients
    .map((one) => `<a class="cap" href="${address({ to: one })}">${escapeHtml(one)}</a>`)
    .join(', ');
  return `<li><a href="/mails/${id}">${escapeHtml(subject || texts[language].none)}</a>
<span class="to">${to}</span>${instant(at)}</li>`;
}

/** One mail: its text, and how a mail reader shows it, in a frame that may do nothing. */
export function mailPage(language: Language, mail: ReceivedMail): string {
  const words = texts[language];
  const frame = `<iframe sandbox title="${words.html}" src="/mails/${mail.id}/html"></iframe>`;
  const body = `<p><a class="tap" href="/">${words.back}</a></p>
<h1>${escapeHtml(mail.subject || words.none)}</h1>
<dl class="spec"><div><dt>${words.to}</dt><dd>${escapeHtml(mail.recipients.join(', '))}</dd></div>
<div><dt>${words.from}</dt><dd>${escapeHtml(mail.from)}</dd></div>
<div><dt>${words.at}</dt><dd>${instant(mail.at)}</dd></div></dl>
<pre tabindex="0">${escapeHtml(mail.text)}</pre>
${mail.html === '' ? '' : `<details open><summary>${words.html}</summary>${frame}</details>`}
<details><summary>${words.headers}</summary>
<pre tabindex="0">${escapeHtml(mail.headers.join('\n'))}</pre></details>`;
  return page(language, mail.subject || words.none, body);
}

/** What is shown for a mail that is not there (any more). */
export function gonePage(language: Language): string {
  const words = texts[language];
  const body = `<h1>${words.gone}</h1><p class="dim">${words.goneWhy}</p>
<p><a class="tap" href="/">${words.back}</a></p>`;
  return page(language, words.gone, body);
}

const MARK = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
<path d="M2 4h20M12 4v18" stroke-width="2.5"/><path d="M4.5 9.5H9M4.5 13H9" stroke-width="1.2"/>
<path d="M15 9.5h4.5" stroke-width="1.2" stroke="var(--accent)"/></svg>`;

function page(language: Language, title: string, body: string): string {
  const { title: name } = texts[language];
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escapeHtml(title)} · TPMall</title>
<link rel="stylesheet" href="/style.css"></head>
<body><header><div class="wrap"><a class="mark" href="/">${MARK}<span>TPMall</span></a>
<span class="cap">${name}</span></div></header>
<main class="wrap">${body}</main></body></html>
`;
}

function instant(at: number): string {
  const iso = isoInstant(at);
  return `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
