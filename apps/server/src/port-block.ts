/** The ports of an instance, one after another. */
export interface Ports {
  readonly api: number;
  readonly vault: number;
  /** The card-network simulator's pages and control API. */
  readonly simulator: number;
  /** The card-network simulator's acquirer hosts, ISO 8583 over TCP. */
  readonly acquirers: readonly [number, number];
  /** The pages of shoppers. */
  readonly web: number;
  /** The mailbox's page, and its SMTP. */
  readonly mailbox: { readonly http: number; readonly smtp: number };
}

/** Blocks lie this far apart, so that instances are easy to tell by their port. */
export const BLOCK_SIZE = 10;
/**
 * Who starts on a block listens on its last port until all are open: a port that is free when it is looked at
 * and opened seconds later could be found by two instances that start at the same time.
 */
export const HOLD = BLOCK_SIZE - 1;
/** The highest first port whose block ends with the last port there is. */
export const HIGHEST_FIRST = 65_535 - HOLD;

/** The block that begins with a port. */
export function blockAt(first: number): Ports {
  return {
    ...{ api: first, vault: first + 1, simulator: first + 2, acquirers: [first + 3, first + 4] },
    web: first + 5,
    mailbox: { http: first + 6, smtp: first + 7 },
  };
}

/** How many ports an instance takes after its first. */
export const PORTS_AFTER_FIRST = Math.max(
  ...Object.values(blockAt(0)).flatMap((port: Ports[keyof Ports]) =>
    typeof port === 'number' ? [port] : Object.values<number>(port),
  ),
);
