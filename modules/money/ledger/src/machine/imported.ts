/** The highest timestamp: 2^63 − 1 nanoseconds, which is in the year 2262. */
export const TIMESTAMP_MAX = (1n << 63n) - 1n;

/** Why an event may not bear the timestamp it came with; the same for accounts and transfers. */
export type TimestampStatus =
  | 'imported_event_expected'
  | 'imported_event_not_expected'
  | 'timestamp_must_be_zero'
  | 'imported_event_timestamp_out_of_range'
  | 'imported_event_timestamp_must_not_advance';

/**
 * Checks an event's timestamp against how its batch began and the batch's own instant.
 *
 * @param batchImported whether the first event of the batch is imported, which decides for all
 */
export function checkTimestamp(
  imported: boolean,
  batchImported: boolean,
  timestamp: bigint,
  now: bigint,
): TimestampStatus | undefined {
  if (imported !== batchImported) return imported ? 'imported_event_not_expected' : 'imported_event_expected';
  if (!imported) return timestamp === 0n ? undefined : 'timestamp_must_be_zero';
  if (timestamp === 0n || timestamp > TIMESTAMP_MAX) return 'imported_event_timestamp_out_of_range';
  return timestamp >= now ? 'imported_event_timestamp_must_not_advance' : undefined;
}
