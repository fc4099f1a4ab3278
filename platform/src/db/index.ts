export { DatabaseAway } from './away.ts';
export { createBatcher } from './batcher.ts';
export { CONNECTION_BUDGET, connectionsFor, PLATFORM_CONNECTIONS, PROCESSES_MAX } from './budget.ts';
export {
  type Column,
  columnAssignments,
  columnDefinitions,
  columnNames,
} from './columns.ts';
export { withConnection } from './connection.ts';
export { createPool } from './create-pool.ts';
export { deleteRows } from './delete-rows.ts';
export { type Cursor, createListing } from './listing.ts';
export { noDatabase } from './no-database.ts';
export { instant, openDatabase, POOL_MAX, sqlState, violatedColumn, violatedConstraint } from './pool.ts';
export { createRecordTable, type RecordColumns, type StoredRow } from './record-table.ts';
export { rowParameter, rowsParameter } from './row-parameters.ts';
export {
  type Database,
  type Queryable,
  type Rows,
  SQLSTATE,
  type Statement,
  schemaName,
  sql,
} from './types.ts';
