/** Why the embedded Postgres cannot be started or used; the message says what to do about it. */
export type PostgresErrorCode =
  /** No binary package fits this machine (Alpine and other musl systems, unusual processors). */
  | 'no_binaries'
  /** The server's user cannot reach a folder, and there is no way around it on this system. */
  | 'unreachable_folder'
  /** The data folder belongs to another user of this machine. */
  | 'foreign_data_folder'
  /** The data folder was written by another major version of Postgres. */
  | 'incompatible_data'
  /** Another TPMall process uses the same data folder with other settings. */
  | 'in_use'
  /** The server did not come up; the message holds the end of its log. */
  | 'start_failed'
  /** The operator's own Postgres does not let us in, or does not answer. */
  | 'unreachable_server'
  /** The operator's own Postgres is too old, or its user may not do what is needed. */
  | 'unfit_server'
  /** A backup folder is incomplete or does not match its manifest. */
  | 'bad_backup';

/** Thrown by everything in this room. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly code: PostgresErrorCode;

  constructor(code: PostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
