export { createSearch, type SearchIndex } from './create-search.ts';
export { metadataField } from './terms.ts';
export {
  CLAUSES_MAX,
  type SearchClause,
  type SearchDocument,
  type SearchInput,
  type SearchPage,
  SUBSTRING_MIN,
  searchInput,
} from './types.ts';
