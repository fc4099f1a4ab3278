import { type Failure, findCurrency } from '@tpmall/kernel';
import type { PlatformCode } from '@tpmall/platform/contract';
import { CSV_TYPE, PAGE_TYPE } from '@tpmall/platform/pages';
import { parameter } from '@tpmall/wire';
import { PAGE_HEADERS } from '../pages/layout.ts';
import { languageParameter } from '../pages/words.ts';
import { type Answer, refusal } from '../pipeline/answer.ts';

const shared = { method: 'GET', tag: 'Ledger pages', access: 'operator', errors: 'page' } as const;

/** What every route of an operator's page has. */
export const asPage = { ...shared, answers: PAGE_TYPE };

/** What every route of a file has. */
export const asFile = { ...shared, answers: CSV_TYPE };

/** The parameter of every page. */
export const lang = { lang: languageParameter };

/** A page with its headers. */
export function aPage(body: string): Answer {
  return { kind: 'text', type: PAGE_TYPE, body, headers: PAGE_HEADERS };
}

/**
 * A CSV file to keep.
 *
 * @param next the address of the file that goes on where this one ends (`link` header, RFC 8288)
 */
export function aFile(name: string, body: string, next?: string): Answer {
  const headers = {
    'content-disposition': `attachment; filename="${name}.csv"`,
    ...(next !== undefined && { link: `<${next}>; rel="next"` }),
  };
  return { kind: 'text', type: CSV_TYPE, body, headers };
}

/** What a query can be refused with. */
export function refused(failure: Failure<PlatformCode>): Answer {
  return refusal({}, failure);
}

/** A currency's code, or `#` and a ledger's number; an empty field of a form means any. */
export const currencyParameter = parameter(
  { type: 'string', pattern: '^([a-zA-Z]{3}|#\\d{1,10})?$' },
  (value) => {
    if (value === '') return { value: undefined };
    const text = typeof value === 'string' ? value.toLowerCase() : '';
    const ledger = text.startsWith('#') ? Number(text.slice(1)) : findCurrency(text)?.number;
    return ledger !== undefined && Number.isInteger(ledger) && ledger > 0
      ? { value: { text, ledger } }
      : { code: 'parameter_invalid_enum', message: 'must be a currency’s code, or # and a ledger’s number' };
  },
).optional();

/** A field of a form in which one kind of text stands; an empty one means any. */
export function fieldParameter(pattern: string, message: string) {
  const expected = new RegExp(pattern);
  return parameter({ type: 'string', pattern: `^$|${pattern}` }, (value) => {
    const text = typeof value === 'string' ? value.trim() : undefined;
    if (text === '') return { value: undefined };
    return text !== undefined && expected.test(text)
      ? { value: text }
      : { code: 'parameter_invalid_string', message };
  }).optional();
}
