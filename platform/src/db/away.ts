/**
 * Thrown where the database cannot be reached, or went away before it answered: while it is started again
 * after a crash, for example. What is asked again a little later is answered.
 */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
  /** Whether what was asked may have been stored all the same, and only the answer is missing. */
  readonly mayBeStored: boolean;

  constructor(cause: unknown, mayBeStored: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.mayBeStored = mayBeStored;
  }
}
