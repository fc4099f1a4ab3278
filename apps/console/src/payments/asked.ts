import { readAddress } from '../address.ts';
import type { Query } from '../api/ask.ts';

/** Which payments are wanted; what stands in the address of the page. */
export interface Asked {
  readonly status?: string | undefined;
  readonly customer?: string | undefined;
  /** The last four digits. */
  readonly card?: string | undefined;
  /** In whole units, as it was typed. */
  readonly amount?: string | undefined;
  /** In the language of the API's searches. */
  readonly query?: string | undefined;
}

const NAMES = ['status', 'customer', 'card', 'amount', 'query'] as const;

/** Reads an address. */
export function readAsked(search: Readonly<Record<string, unknown>>): Asked {
  return readAddress(search, NAMES);
}

/** What somebody looks for, by how it is written; undefined where it is nothing that can be looked for. */
export function readFind(text: string): Asked | undefined {
  const find = text.trim();
  if (/^cus_\w+$/.test(find)) return { customer: find };
  if (/^\d{4}$/.test(find)) return { card: find };
  // A comma is one of thousands or none: `25,50` is not guessed at.
  if (/^(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,2})?$/.test(find))
    return { amount: find.replaceAll(',', '') };
  return /[:<>=~]/.test(find) ? { query: find } : undefined;
}

/** Where these payments are read, and with what. */
export interface Source {
  readonly path: string;
  readonly parameters: Query;
  /** What is read are charges, each with its payment. */
  readonly isOfCharges: boolean;
}

/** The list of all payments, or a search; a card is a charge's. */
export function sourceOf(asked: Asked): Source {
  const { status, customer, card, amount, query } = asked;
  if (card !== undefined) {
    const found = `payment_method_details.card.last4:"${card}"`;
    return searching('/v1/charges/search', found, ['data.payment_intent', 'data.customer'], true);
  }
  const clauses = [
    status === undefined || status === '' ? '' : `status:"${status}"`,
    customer === undefined ? '' : `customer:"${customer}"`,
  ].filter((clause) => clause !== '');
  const expand = ['data.latest_charge', 'data.customer'];
  if (query !== undefined) return searching('/v1/payment_intents/search', query, expand, false);
  if (amount !== undefined) clauses.push(`amount:${minorUnits(amount)}`);
  if (clauses.length > 0)
    return searching('/v1/payment_intents/search', clauses.join(' AND '), expand, false);
  return { path: '/v1/payment_intents', parameters: { expand }, isOfCharges: false };
}

function searching(path: string, query: string, expand: readonly string[], isOfCharges: boolean): Source {
  return { path, parameters: { query, expand }, isOfCharges };
}

/** As most currencies have it: two decimals. Others are found by a query. */
function minorUnits(amount: string): string {
  const [whole = '0', part = ''] = amount.split('.');
  return BigInt(whole + part.padEnd(2, '0')).toString();
}
