import { type Html, html } from './html.ts';
import { type Language, languageTags } from './words.ts';

/** Nothing but the page itself, its own style sheet and its icon; no script at all. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every page. */
export const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  // Forms of our own pages say where they come from; nobody else is told.
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

/** The media type of every page. */
export const PAGE_TYPE = 'text/html; charset=utf-8';

/** Where the style sheet is served. */
export const STYLE_PATH = '/assets/ledger.css';

/** Where the icon is served. */
export const ICON_PATH = '/favicon.svg';

/** What every page that names the wire's origin says. */
export const DISCLAIMER =
  'Wire-compatible with clients written for the Stripe API; ' +
  'not affiliated with or endorsed by Stripe, Inc.';

/** A T-account, with an entry on its left and one on its right. */
const mark = html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
<path d="M2 4h20" stroke-width="2.5"/><path d="M12 4v18" stroke-width="2.5"/>
<path d="M4.5 9.5H9M4.5 13H9" stroke-width="1.2"/>
<path d="M15 9.5h4.5" stroke-width="1.2" stroke="var(--accent)"/></svg>`;

/** The mark as an icon: paper in the light, ink in the dark. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none">
<style>path{stroke:#13202a}.a{stroke:#0a6355}
@media (prefers-color-scheme:dark){path{stroke:#e8eeea}.a{stroke:#62c6b1}}</style>
<path d="M2 4h20M12 4v18" stroke-width="2.5"/><path d="M4.5 9.5H9M4.5 13H9" stroke-width="1.2"/>
<path class="a" d="M15 9.5h4.5" stroke-width="1.2"/></svg>
`;

/** The mark and the name: the way back to the front page. */
export const home = html`<a class="mark" href="/">${mark}<span>TPMall</span></a>`;

/** A whole page. `nav` stands in its head, `skip` is what the link for keyboards says. */
export function page(options: {
  readonly language: Language;
  readonly title: string;
  readonly nav: Html;
  readonly skip: string;
  readonly body: Html;
  /** `console`: for those who work with it all day; `reading`: for those who read. */
  readonly density: 'console' | 'reading';
}): string {
  const { language, title, nav, skip, body, density } = options;
  const tag = languageTags[language];
  return html`<!doctype html>
<html lang="${tag}" data-density="${density}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · TPMall</title>
<link rel="icon" type="image/svg+xml" href="${ICON_PATH}">
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body lang="${tag}">
<a class="skip" href="#main">${skip}</a>
<header class="top"><div class="wrap">${nav}</div></header>
<main id="main" class="wrap cmain">
${body}
</main>
</body>
</html>
`.text;
}
