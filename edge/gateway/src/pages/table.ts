import { type Html, html } from './html.ts';

/** A column's head; `isFigure` aligns it with the figures below. */
export function columnHead(text: string, isFigure = false): Html {
  return isFigure
    ? html`<th scope="col" role="columnheader" class="n">${text}</th>`
    : html`<th scope="col" role="columnheader">${text}</th>`;
}

/** A figure in its cell, right-aligned. */
export function figure(value: Html | string | number): Html {
  return html`<td role="cell" class="n">${value}</td>`;
}

/** Text in its cell. */
export function cell(value: Html | string): Html {
  return html`<td role="cell">${value}</td>`;
}

/** An id or other wire data in its cell. */
export function code(value: Html | string): Html {
  return html`<td role="cell" class="mono">${value}</td>`;
}

/** What names a row. */
export function rowHead(value: Html | string): Html {
  return html`<th scope="row" role="rowheader">${value}</th>`;
}

/**
 * A table that scrolls in its own region where the screen is narrow, so that the page never does. Its roles
 * are said again, because a table that a style sheet folds would lose them.
 *
 * @param kind `fold`: each row becomes a few lines on a phone, as the style sheet places them
 */
export function table(
  caption: string,
  heads: readonly Html[],
  rows: readonly Html[],
  parts: { readonly foot?: Html | undefined; readonly kind?: 'fold' } = {},
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table role="table"
class="tbl ${parts.kind}">
<caption class="sr">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${rows}</tbody>
${parts.foot}</table></div>`;
}

/** One row; what stands in it first names it. */
export function row(...cells: readonly Html[]): Html {
  return html`<tr role="row">${cells}</tr>
`;
}
