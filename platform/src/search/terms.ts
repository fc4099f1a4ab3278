import { hash } from 'node:crypto';
import { type SearchClause, type SearchDocument, SUBSTRING_MIN } from './types.ts';

/** Whose terms they are: objects of one kind and tenant share none with others. */
export interface Scope {
  readonly kind: string;
  readonly tenant: string;
}

/** Trigrams of one text beyond this are not indexed; a longer text is found by its beginning. */
const TRIGRAMS_MAX = 1_000;

/** The field of a key of metadata. */
export function metadataField(key: string): string {
  return `metadata.${key}`;
}

/** The terms of a document: every exact value, every trigram of its texts, every key of its metadata. */
export function termsOf(document: SearchDocument): bigint[] {
  const terms = new Set<bigint>();
  for (const [field, value] of Object.entries(document.fields)) terms.add(valueTerm(document, field, value));
  for (const [field, value] of Object.entries(document.texts)) {
    terms.add(valueTerm(document, field, value));
    for (const trigram of trigramsOf(value ?? '')) terms.add(term(document, field, '~', trigram));
  }
  for (const [key, value] of Object.entries(document.metadata)) {
    const field = metadataField(key);
    terms.add(valueTerm(document, field, value));
    terms.add(term(document, field, '?', ''));
  }
  return [...terms];
}

/** Terms that an object must have, all of them, for a clause about a term or a text to hold unnegated. */
export function termsOfClause(scope: Scope, clause: Exclude<SearchClause, { kind: 'range' }>): bigint[] {
  if (clause.kind === 'term') return [valueTerm(scope, clause.field, clause.value)];
  return trigramsOf(clause.value.toLowerCase()).map((trigram) => term(scope, clause.field, '~', trigram));
}

/** The term of an object that has this key of metadata, whatever its value. */
export function presenceTerm(scope: Scope, key: string): bigint {
  return term(scope, metadataField(key), '?', '');
}

function valueTerm(scope: Scope, field: string, value: string | null): bigint {
  return value === null ? term(scope, field, '0', '') : term(scope, field, '=', value.toLowerCase());
}

function trigramsOf(text: string): string[] {
  const letters = Array.from(text.toLowerCase());
  const trigrams = new Set<string>();
  for (let at = 0; at + SUBSTRING_MIN <= letters.length && trigrams.size < TRIGRAMS_MAX; at += 1) {
    trigrams.add(letters.slice(at, at + SUBSTRING_MIN).join(''));
  }
  return [...trigrams];
}

/** 64 bits of SHA-256 over the parts, each with its length before it, as a signed integer of Postgres. */
function term(scope: Scope, ...parts: readonly string[]): bigint {
  let text = '';
  for (const part of [scope.kind, scope.tenant, ...parts]) text += `${part.length}:${part}`;
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', text, 'hex').slice(0, 16)}`));
}
