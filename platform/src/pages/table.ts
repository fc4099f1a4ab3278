import { type Html, html } from './html.ts';

/** A column's head; `isFigure` aligns it with the figures below. */
export function columnHead(text: string, isFigure = false): Html {
  return isFigure
    ? html`<th scope="col" role="columnheader" class="n">${text}</th>`
    : html`<th scope="col" role="columnheader">${text}</th>`;
}

/** A figure in its cell, right-aligned. */
export function figure(value: Html | string | number, kind = ''): Html {
  return html`<td role="cell" class="n${kind !== '' && ` ${kind}`}">${value}</td>`;
}

/** Text in its cell. */
export function cell(value: Html | string, kind = ''): Html {
  return html`<td role="cell"${kind !== '' && html` class="${kind}"`}>${value}</td>`;
}

/** What names a row. */
export function rowHead(value: Html | string): Html {
  return html`<th scope="row" role="rowheader">${value}</th>`;
}

/** A row that names those after it. */
export function groupHead(value: Html | string, columns: number): Html {
  return html`<tr role="row" class="group"><th scope="colgroup" role="columnheader" colspan="${columns}"
>${value}</th></tr>
`;
}

/** What names a figure where a phone hides the column's head. */
export function shortHead(text: string): Html {
  return html`<span class="only-s cap-s">${text} </span>`;
}

/**
 * A table. Its roles are said again, because a table that a style sheet folds would lose them.
 *
 * @param fold how a phone folds its rows, a class of the style sheet; without it the table scrolls in its own
 *   region where the screen is narrow, so that the page never does
 */
export function table(
  caption: string,
  heads: readonly Html[],
  rows: readonly Html[],
  parts: { readonly foot?: Html | undefined; readonly fold?: string } = {},
): Html {
  const { foot, fold } = parts;
  const region = html` class="scroll" tabindex="0" role="region" aria-label="${caption}"`;
  return html`<div${fold === undefined && region}><table role="table"
class="tbl${fold !== undefined && ` fold ${fold}`}">
<caption class="sr">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${rows}</tbody>
${foot}</table></div>`;
}

/** One row; its head names it. */
export function row(...cells: readonly Html[]): Html {
  return html`<tr role="row">${cells}</tr>
`;
}
