/** One entry of the catalogue: what happened, what it means, what to do. */
export interface CatalogueEntry {
  /** Unique for ever: `TPM_<MODULE>_<CODE>`. */
  readonly id: string;
  /** The class of error by which client libraries choose their exception. */
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  /**
   * The usual HTTP status; the same code may answer 400 where a parameter, not the path, names the object.
   */
  readonly status: number;
  readonly explanation: string;
  readonly remedy: string;
}

/** The type of every error that the request itself is the cause of. */
export const invalid = 'invalid_request_error';
/** Said where a client may fear that half of it happened. */
export const nothingChanged = 'Nothing was changed.';
