export { createSearch, type SearchIndex } from './create-search.ts';
export { metadataField } from './terms.ts';
export {
  CLAUSES_MAX,
  DOCUMENT_ID_LENGTH,
  type SearchClause,
  type SearchDocument,
  type SearchInput,
  type SearchPage,
  SUBSTRING_MIN,
  searchInput,
} from './types.ts';
