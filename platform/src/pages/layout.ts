import { Html, html } from './html.ts';
import { type Language, languageTags } from './language.ts';

/** Where the icon is served. */
export const ICON_PATH = '/favicon.svg';

/** The mark of the house: a T-account, with an entry on its left and one on its right. */
export const mark = html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
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

/** The mark and the name where there is no way back. */
export const sign = html`<span class="mark">${mark}<span>TPMall</span></span>`;

/** A whole page. */
export interface PageParts {
  readonly language: Language;
  readonly title: string;
  /** Its style sheet (see `styleSheet`), or style that stands in the page byte for byte. */
  readonly style: { readonly href: string } | { readonly text: string };
  /** Where the icon is, on an origin that has it elsewhere. */
  readonly icon?: string;
  /** Stands in its head; null: a page that stands in another has none. */
  readonly nav: Html | null;
  /** What the link for keyboards says. */
  readonly skip: string;
  readonly body: Html;
  /** `console`: for those who work with it all day; `reading`: for those who read; `mall`: for shoppers. */
  readonly density: 'console' | 'reading' | 'mall';
  /** Classes of the main part. */
  readonly main?: string;
  /** More of the document's head, such as a refresh. */
  readonly head?: Html | false;
  /** What stands below the main part: the foot, scripts. */
  readonly after?: Html | false;
}

/** Builds a whole page. */
export function page(parts: PageParts): string {
  const { language, title, style, nav, skip, body, density, head, after } = parts;
  const tag = languageTags[language];
  const styled =
    'href' in style
      ? html`<link rel="stylesheet" href="${style.href}">`
      : new Html(`<style>${style.text}</style>`);
  const top =
    nav &&
    html`<a class="skip" href="#main">${skip}</a>
<header class="top"><div class="wrap">${nav}</div></header>`;
  return html`<!doctype html>
<html lang="${tag}" data-density="${density}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · TPMall</title>
<link rel="icon" type="image/svg+xml" href="${parts.icon ?? ICON_PATH}">
${styled}
${head}</head>
<body lang="${tag}">
${top}
<main id="main" class="${parts.main ?? 'wrap cmain'}">
${body}
</main>
${after}</body>
</html>
`.text;
}
