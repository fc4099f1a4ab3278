import { type Html, html } from './html.ts';

/** A column's head; `isFigure` aligns it with the figures below. */
export function columnHead(text: string, isFigure = false): Html {
  return isFigure ? html`<th scope="col" class="n">${text}</th>` : html`<th scope="col">${text}</th>`;
}

/** A figure in its cell, right-aligned. */
export function figure(value: Html | string | number): Html {
  return html`<td class="n">${value}</td>`;
}

/** A table that scrolls in its own region where the screen is narrow, so that the page never does. */
export function table(caption: string, heads: readonly Html[], rows: readonly Html[], foot?: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="tbl">
<caption class="sr">${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows}</tbody>
${foot}</table></div>`;
}

/** One row; what stands in it first names it. */
export function row(...cells: readonly Html[]): Html {
  return html`<tr>${cells}</tr>
`;
}
