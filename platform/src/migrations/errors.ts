/** Why the database could not be brought to the present schema. */
export type MigrationErrorCode =
  /** A module's name cannot be a schema's, or is one of the platform's. */
  | 'bad_name'
  /** A folder of migrations is not laid out as it must be, or uses an unknown template. */
  | 'bad_migration'
  /** A migration that was applied is no longer what it was. */
  | 'changed'
  /** The database has migrations that this version does not know. */
  | 'newer_database'
  /** A new migration sorts before one that was applied. */
  | 'out_of_order'
  /** The migration's SQL failed; nothing of it stays. */
  | 'failed'
  /** The migration's own test failed; nothing of it stays. */
  | 'self_test_failed'
  /** The database is another instance's; nothing was changed. */
  | 'foreign_database'
  /** A role of the needed name exists and is not this instance's; nothing was changed. */
  | 'foreign_role';

/** Thrown by `migrate`. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
