import { instant, type Queryable, rowsParameter, schemaName, sql } from '../db/index.ts';
import { LOOKED_THROUGH_PER_ROW, runSearch, searchStatements } from './query.ts';
import { termsOf } from './terms.ts';
import type { ClosedFields, SearchDocument, SearchInput, SearchPage } from './types.ts';

/** Objects of a module that can be searched. */
export interface SearchIndex {
  /** Puts documents in, instead of what was there under their ids. At most one of an id. */
  put(tx: Queryable, documents: readonly SearchDocument[]): Promise<void>;
  /** Takes documents out. */
  remove(tx: Queryable, ids: readonly string[]): Promise<void>;
  /**
   * Finds a page of a tenant's objects, newest first.
   *
   * @param load reads the objects by their ids as they are now; one that is gone is left out
   */
  find<T extends { readonly id: string }>(
    db: Queryable,
    scope: { readonly kind: string; readonly tenant: string },
    input: SearchInput,
    load: (ids: readonly string[]) => Promise<readonly T[]>,
  ): Promise<SearchPage<T>>;
}

/**
 * The index in a module's schema, which a migration with `-- tpmall:search` has made. It follows the module's
 * own outbox by a subscription, a moment behind the truth.
 *
 * @param options `closed`: by kind; what has not one of their values is found by the others.
 *   `lookedThroughPerRow`: see {@link LOOKED_THROUGH_PER_ROW}
 */
export function createSearch(
  module: string,
  {
    closed = {},
    lookedThroughPerRow = LOOKED_THROUGH_PER_ROW,
  }: {
    readonly closed?: Readonly<Record<string, ClosedFields>>;
    readonly lookedThroughPerRow?: number;
  } = {},
): SearchIndex {
  const schema = schemaName(module);
  const statements = searchStatements(schema, lookedThroughPerRow);
  const put = sql(
    `${schema}.put-search-documents`,
    `INSERT INTO ${schema}.search_document (id, kind, tenant, created_at, amount, terms, texts)
SELECT id, kind, tenant, created_at, amount, terms, texts FROM jsonb_to_recordset($1::jsonb)
  AS d (id text, kind text, tenant text, created_at timestamptz, amount numeric, terms bigint[], texts jsonb)
ON CONFLICT (id) DO UPDATE SET amount = EXCLUDED.amount, terms = EXCLUDED.terms, texts = EXCLUDED.texts`,
  );
  const remove = sql(
    `${schema}.remove-search-documents`,
    `DELETE FROM ${schema}.search_document WHERE id = ANY ($1::text[])`,
  );
  return {
    async put(tx, documents) {
      if (documents.length > 0) await tx.run(put, [rowsParameter(documents.map(rowOf))]);
    },
    async remove(tx, ids) {
      if (ids.length > 0) await tx.run(remove, [ids]);
    },
    async find(db, scope, input, load) {
      const { rows, total } = await runSearch(db, statements, scope, input, closed[scope.kind]);
      const page = rows.slice(0, input.limit);
      const last = rows.length > input.limit ? page.at(-1) : undefined;
      const loaded = page.length === 0 ? [] : await load(page.map(({ id }) => id));
      const byId = new Map(loaded.map((object) => [object.id, object]));
      return {
        items: page.map(({ id }) => byId.get(id)).filter((object) => object !== undefined),
        next: last ? { createdAt: last.created_at, id: last.id } : null,
        total,
      };
    },
  };
}

function rowOf(document: SearchDocument): object {
  const texts = Object.entries(document.texts).filter(([, value]) => value !== null);
  return {
    id: document.id,
    kind: document.kind,
    tenant: document.tenant,
    created_at: instant(document.createdAt),
    amount: document.amount.toString(),
    // JSON numbers lose digits beyond 2^53; Postgres reads each from text.
    terms: termsOf(document).map((term) => term.toString()),
    texts: Object.fromEntries(texts.map(([field, value]) => [field, value?.toLowerCase()])),
  };
}
