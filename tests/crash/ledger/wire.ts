import type { EventResult, NewAccount, NewTransfer, Verification } from '@tpmall/ledger/contract';

/** What the load asks of a writer process: one JSON text a line, over TCP. */
export type Question =
  | { readonly n: number; readonly ask: 'accounts'; readonly accounts: readonly NewAccount[] }
  | { readonly n: number; readonly ask: 'transfers'; readonly transfers: readonly NewTransfer[] }
  | { readonly n: number; readonly ask: 'status' | 'takeOver' | 'balances' | 'verify' };

/** What it answers, under the question's number. */
export interface Answer {
  readonly n: number;
  readonly results?: readonly EventResult<string>[];
  /** Why the call as a whole was refused. */
  readonly code?: string;
  readonly mode?: string;
  readonly epoch?: bigint;
  readonly balances?: readonly Balances[];
  /** What the ledger's own verification found. */
  readonly verification?: Verification;
  /** The position of the log that the balances rest on. */
  readonly position?: bigint;
}

/** The state machine's balances of one account. */
export interface Balances {
  readonly id: bigint;
  readonly debitsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPending: bigint;
  readonly creditsPosted: bigint;
}

/** One line of the client's own log: what was asked, and what was acknowledged. */
export interface Acknowledged {
  readonly transfers: readonly NewTransfer[];
  readonly results: readonly EventResult<string>[];
}

/** JSON in which whole numbers beyond JavaScript's own keep their value: `"12n"`. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}

/** The inverse of {@link encode}. */
export function decode<T>(text: string): T {
  return JSON.parse(text, (_key, item: unknown) =>
    typeof item === 'string' && /^\d+n$/.test(item) ? BigInt(item.slice(0, -1)) : item,
  ) as T;
}

/** Calls `onLine` for each line of a stream of text in pieces. */
export function byLine(onLine: (line: string) => void): (piece: Buffer) => void {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  };
}
