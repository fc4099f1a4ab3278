import { err, ok, type Result, SECOND } from '@tpmall/kernel';
import { CLAUSES_MAX, metadataField, type SearchClause, SUBSTRING_MIN } from '@tpmall/platform/search';

/** What can be asked of a field: a whole value, a part of it, or an order. */
export type SearchFieldKind = 'token' | 'string' | 'amount' | 'created';

/** The fields of a resource that can be searched: the name on the wire, the name in the domain, its kind. */
export type SearchFields = Readonly<Record<string, readonly [name: string, kind: SearchFieldKind]>>;

/** A search as a client wrote it, read. */
export interface SearchQuery {
  readonly join: 'all' | 'any';
  readonly clauses: readonly SearchClause[];
}

/** One clause as it stands in the text: `-field op value`. */
interface Written {
  readonly negated: boolean;
  readonly field: string;
  /** The key of `metadata["key"]`. */
  readonly key: string | undefined;
  readonly operator: string;
  readonly value: string | null;
}

type Refusal = Result<never, 'search_query_invalid'>;

/** White space, then a word that joins, or nothing. */
const JOINER = /\s*(?:\b(AND|OR)\b\s*)?/y;
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'`;
const NAME = String.raw`(-?)([a-z][a-z0-9_.]*)(?:\[(?:${QUOTED})\])?`;
const CLAUSE = new RegExp(String.raw`${NAME}\s*(:|~|>=|<=|>|<|=)\s*(?:${QUOTED}|([^\s"']+))`, 'y');

/**
 * Reads a search: `status:"succeeded" AND amount>1000`, `-currency:"eur"`, `name~"ada"`,
 * `metadata["order"]:"6735"`, `email:null`. Clauses are joined by AND (or nothing) or by OR, never both;
 * there are no parentheses.
 */
export function parseSearchQuery(
  text: string,
  fields: SearchFields,
): Result<SearchQuery, 'search_query_invalid'> {
  const clauses: SearchClause[] = [];
  const joins = new Set<string>();
  let at = 0;
  while (at < text.length) {
    JOINER.lastIndex = at;
    const joiner = JOINER.exec(text);
    at = JOINER.lastIndex;
    if (at >= text.length && joiner?.[1] === undefined) break;
    if (clauses.length > 0) joins.add(joiner?.[1] ?? 'AND');
    else if (joiner?.[1] !== undefined) return refused(`a query cannot begin with ${joiner[1]}`);
    CLAUSE.lastIndex = at;
    const match = CLAUSE.exec(text);
    if (!match) return refused(`cannot be read at character ${at + 1}: ${text.slice(at, at + 30)}`);
    at = CLAUSE.lastIndex;
    const clause = readClause(written(match), fields);
    if (!clause.ok) return clause;
    clauses.push(clause.value);
  }
  if (clauses.length === 0) return refused('must name a field and a value, as in status:"succeeded"');
  if (clauses.length > CLAUSES_MAX) return refused(`must have at most ${CLAUSES_MAX} clauses`);
  if (joins.size > 1) return refused('cannot join clauses with both AND and OR');
  return ok({ join: joins.has('OR') ? 'any' : 'all', clauses });
}

function written(match: RegExpExecArray): Written {
  const [, minus, field = '', doubleKey, singleKey, operator = '', double, single, bare] = match;
  const quoted = double ?? single;
  return {
    negated: minus === '-',
    field,
    key: unescape(doubleKey ?? singleKey),
    operator,
    value: quoted === undefined && bare === 'null' ? null : (unescape(quoted) ?? bare ?? ''),
  };
}

function unescape(text: string | undefined): string | undefined {
  return text?.replaceAll(/\\(.)/g, '$1');
}

function readClause(clause: Written, fields: SearchFields): Result<SearchClause, 'search_query_invalid'> {
  const { field, key, operator, value, negated } = clause;
  if (field === 'metadata') {
    if (key === undefined) return refused('metadata is searched by its key: metadata["order"]:"6735"');
    if (operator !== ':') return refused('metadata can only be compared as a whole, with a colon');
    return ok({ kind: 'term', field: metadataField(key), value, negated });
  }
  const known = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (!known || key !== undefined) {
    const names = [...Object.keys(fields), 'metadata["key"]'].join(', ');
    return refused(`${field} cannot be searched here; what can: ${names}`);
  }
  const [name, kind] = known;
  if (kind === 'amount' || kind === 'created') return readRange(clause, kind);
  if (operator === ':') return ok({ kind: 'term', field: name, value, negated });
  if (operator !== '~' || kind !== 'string') {
    return refused(`${field} can be compared with ${kind === 'string' ? ': and ~' : ': only'}`);
  }
  if (value === null || Array.from(value).length < SUBSTRING_MIN) {
    return refused(`a part of ${field} to look for has at least ${SUBSTRING_MIN} characters`);
  }
  return ok({ kind: 'text', field: name, value, negated });
}

function readRange(
  { field, operator, value, negated }: Written,
  kind: 'amount' | 'created',
): Result<SearchClause, 'search_query_invalid'> {
  if (operator === '~' || value === null || !/^\d{1,15}$/.test(value)) {
    return refused(`${field} is compared with : = > >= < or <= and a whole number`);
  }
  const number = BigInt(value);
  // A second of `created` is all of its microseconds.
  const unit = kind === 'created' ? BigInt(SECOND) : 1n;
  const [from, to] = bounds(operator, number);
  const scaled = (bound: bigint | null): bigint | null => (bound === null ? null : bound * unit);
  return ok({ kind: 'range', field: kind, from: scaled(from), to: scaled(to), negated });
}

function bounds(operator: string, value: bigint): [from: bigint | null, to: bigint | null] {
  switch (operator) {
    case '>':
      return [value + 1n, null];
    case '>=':
      return [value, null];
    case '<':
      return [null, value];
    case '<=':
      return [null, value + 1n];
    default:
      return [value, value + 1n];
  }
}

function refused(message: string): Refusal {
  return err('search_query_invalid', message, { field: 'query' });
}
