import { type Html, html } from './html.ts';
import type { Language } from './words.ts';

/** Nothing but the page itself and its own style sheet; no script at all. */
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
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

/** The media type of every page. */
export const PAGE_TYPE = 'text/html; charset=utf-8';

/** Where the style sheet is served. */
export const STYLE_PATH = '/assets/ledger.css';

/** What every page that names the wire's origin says. */
export const DISCLAIMER =
  'Wire-compatible with clients written for the Stripe API; ' +
  'not affiliated with or endorsed by Stripe, Inc.';

/** A T-account: two strokes of a pen. */
export const mark = html`<svg viewBox="0 0 24 24" aria-hidden="true">
<path d="M3 5h18M12 5v15" fill="none" stroke="currentColor" stroke-width="2"/></svg>`;

/** A whole page. `nav` stands in its head, `skip` is what the link for keyboards says. */
export function page(options: {
  readonly language: Language;
  readonly title: string;
  readonly nav: Html;
  readonly skip: string;
  readonly body: Html;
}): string {
  const { language, title, nav, skip, body } = options;
  return html`<!doctype html>
<html lang="${language}" data-density="console">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · TPMall</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body lang="${language}">
<a class="skip" href="#main">${skip}</a>
<header class="top"><div class="wrap">${nav}</div></header>
<main id="main" class="wrap cmain">
${body}
</main>
</body>
</html>
`.text;
}
