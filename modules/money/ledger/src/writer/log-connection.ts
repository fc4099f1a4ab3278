import { assert } from '@tpmall/kernel';
import pg from 'pg';
import { COPY_ACCOUNT, COPY_HISTORY, COPY_LOG } from './log-rows.ts';

/** How one batch ended, as far as the connection can tell. */
export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** The server refused it and rolled it back. */
  | { readonly kind: 'refused'; readonly error: pg.DatabaseError }
  /** The connection is gone: it may have been committed or not. */
  | { readonly kind: 'lost'; readonly error: Error };

/** What a writer's connection is called in pg_stat_activity. */
export const WRITER_NAME = 'tpmall ledger writer';

/** Names of the prepared statements of a {@link LogConnection}. */
export const STATEMENT = { log: 'log', account: 'account', history: 'history', advance: 'advance' } as const;

/** The one connection over which the log is written. Batches may be sent before earlier ones are answered. */
export interface LogConnection {
  readonly client: pg.Client;
  /** Number of the server process. */
  readonly backend: number;
  /** Sends a batch's messages, which end with `Sync`; the bytes must not change until it is answered. */
  send(bytes: Uint8Array): Promise<CommitOutcome>;
  /** Resolves once the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** pg's connection under its client: the part of it that this writes messages to. */
interface Wire {
  readonly stream: { write(bytes: Uint8Array): void };
  parse(query: { name: string; text: string; types?: number[] }): void;
  sync(): void;
}

/** What pg calls on the query that is being answered. */
interface Submitted {
  submit(wire: Wire): void;
  handleRowDescription(): void;
  handleDataRow(): void;
  handlePortalSuspended(): void;
  handleEmptyQuery(): void;
  handleCommandComplete(): void;
  handleCopyInResponse(): void;
  handleCopyData(): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}

/** Opens the connection and prepares what every batch executes. */
export async function connectLog(url: string): Promise<LogConnection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: WRITER_NAME,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: '-c TimeZone=UTC -c synchronous_commit=on',
  });
  const closed = new Promise<void>((resolve) => {
    client.once('end', resolve);
  });
  // Without a listener pg would throw; whoever waits for an answer is told there, and `closed` tells the
  // rest.
  client.on('error', ignoreHere);
  await client.connect();
  const { connection, processID } = client as unknown as { connection: Wire; processID: number };
  await submit(client, (wire) => {
    wire.parse({ name: STATEMENT.log, text: COPY_LOG });
    wire.parse({ name: STATEMENT.account, text: COPY_ACCOUNT });
    wire.parse({ name: STATEMENT.history, text: COPY_HISTORY });
    wire.parse({ name: STATEMENT.advance, text: 'SELECT ledger.advance($1, $2, $3)', types: [20, 20, 20] });
    wire.sync();
  }).then((outcome) => {
    if (outcome.kind !== 'committed') throw outcome.error;
  });
  return {
    client,
    backend: processID,
    closed,
    send(bytes) {
      // Written at once, though pg may still be reading the answer to the batch before; answers come in
      // order.
      connection.stream.write(bytes);
      return submit(client, () => undefined);
    },
    close: () => client.end(),
  };
}

function ignoreHere(error: Error): void {
  assert(error instanceof Error, 'pg emits errors');
}

function submit(client: pg.Client, write: (wire: Wire) => void): Promise<CommitOutcome> {
  return new Promise((resolve) => {
    const nothing = (): void => undefined;
    const submitted: Submitted = {
      submit: write,
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handlePortalSuspended: nothing,
      handleEmptyQuery: nothing,
      handleCommandComplete: nothing,
      handleCopyInResponse: nothing,
      handleCopyData: nothing,
      // pg forgets the query at its first error, so this is the last it hears of it.
      handleError: (error) =>
        resolve(isRefusal(error) ? { kind: 'refused', error } : { kind: 'lost', error }),
      handleReadyForQuery: () => resolve({ kind: 'committed' }),
    };
    client.query(submitted as unknown as pg.Submittable);
  });
}

/**
 * Severity ERROR ends the transaction and nothing else; FATAL and PANIC say nothing about a commit under way.
 */
function isRefusal(error: Error): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}
