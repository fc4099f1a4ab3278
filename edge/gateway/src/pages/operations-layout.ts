import { currencyOf, type Micros } from '@tpmall/kernel';
import { FORM_TOKEN, type Html, html, type Language, moneyWithCode } from '@tpmall/platform/pages';
import { instant } from './instants.ts';
import { consolePage, queryText } from './ledger-layout.ts';
import { operationsWords } from './operations-words.ts';

const NANOS_PER_MICRO = 1_000n;

/** The pages of operations, by their paths. */
export const OPERATIONS_PAGES = {
  overview: '/operations',
  unknown: '/operations/unknown',
  resolutions: '/operations/resolutions',
  connectors: '/operations/connectors',
  requests: '/operations/requests',
  deliveries: '/operations/deliveries',
  setAside: '/operations/set_aside_events',
} as const;
/** One of {@link OPERATIONS_PAGES}. */
export type OperationsPage = keyof typeof OPERATIONS_PAGES;

/** Who looks at a page and may send its forms. */
export interface Viewer {
  readonly language: Language;
  /** As commands name them: `key:…`. */
  readonly actor: string;
  readonly formToken: string;
  /** A new id for each form: sent twice, it is one command. */
  nextFormId(): string;
}

/** The address of a page under `/operations`, in a language. */
export function operationsAddress(
  path: string,
  language: Language,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  return path + queryText({ lang: language, ...query });
}

/**
 * A page of operations.
 *
 * @param page what of it is shown, marked in the list of its parts
 * @param at another path than that page's own, of one object in it
 */
export function operationsPage(
  language: Language,
  page: OperationsPage,
  body: Html,
  more: {
    readonly at?: string;
    readonly title?: Html | string;
    readonly query?: Readonly<Record<string, string | undefined>>;
  } = {},
): string {
  const w = operationsWords[language];
  const path = more.at ?? OPERATIONS_PAGES[page];
  const part = (name: OperationsPage): Html => {
    const current = name === page && html` aria-current="${more.at === undefined ? 'page' : 'true'}"`;
    const address = operationsAddress(OPERATIONS_PAGES[name], language);
    return html`<li><a href="${address}"${current}>${w[name]}</a></li>
`;
  };
  const heading = page === 'overview' ? w.operations : w[page];
  const names = Object.keys(OPERATIONS_PAGES) as OperationsPage[];
  return consolePage({
    language,
    tab: 'operations',
    title: `${heading} · ${w.operations}`,
    addressIn: (other) => operationsAddress(path, other, more.query),
    body: html`<nav class="parts" aria-label="${w.operations}"><ul>${names.map(part)}</ul></nav>
<h1${more.at !== undefined && html` class="code"`}>${more.title ?? heading}</h1>
${body}`,
  });
}

/** A form of our own: its token says so, and its id makes it one command however often it is sent. */
export function ownForm(viewer: Viewer, action: string, fields: Html, kind = ''): Html {
  return html`<form method="post" action="${action}" class="own ${kind}">
<input type="hidden" name="${FORM_TOKEN}" value="${viewer.formToken}">
<input type="hidden" name="form_id" value="${viewer.nextFormId()}">
<input type="hidden" name="lang" value="${viewer.language}">
${fields}</form>`;
}

/** An instant of the domain. */
export function moment(language: Language, at: Micros): Html {
  return instant(language, BigInt(at) * NANOS_PER_MICRO);
}

/** An amount of the domain, or that it was not kept. */
export function amountOf(language: Language, amount: bigint | null, currency: string): Html {
  if (amount === null) return html`–<span class="sr">${operationsWords[language].notKept}</span>`;
  return moneyWithCode(language, amount, currencyOf(currency));
}

/** A part of the overview with a link to all of it. */
export function overviewPart(language: Language, page: OperationsPage, body: Html): Html {
  const w = operationsWords[language];
  const all = operationsAddress(OPERATIONS_PAGES[page], language);
  return html`<section class="stack" aria-labelledby="part-${page}">
<h2 id="part-${page}" class="split"><span>${w[page]}</span>
<a class="tap" href="${all}">${w.all}<span class="sr"> · ${w[page]}</span></a></h2>
${body}</section>`;
}
