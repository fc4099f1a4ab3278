import pg from 'pg';
import { ACCOUNTS } from './ledger-load.ts';

/** Rows beyond which no more are prepared: enough for a steady rate, small enough for memory. */
const ROWS_MAX = 400_000;
const ROWS_MIN = 20_000;
/** The server keeps 256 MB (min_wal_size) in files of 16 MB. */
const WAL_SEGMENTS = 16;

/**
 * The limit: one connection's COPY of the same rows into a table with the log's columns and indexes, at so
 * many rows a commit. The rows are those that the ledger itself wrote, read back in binary before the clock
 * starts, with ids of their own; so all that is measured is Postgres.
 */
export async function measureCopy(adminUrl: string, rowsPerCommit: number, seconds: number): Promise<number> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(
      `DROP TABLE IF EXISTS ledger.bench_copy;
       CREATE TABLE ledger.bench_copy (LIKE ledger.log INCLUDING ALL)`,
    );
    const batches = await prepareBatches(client, rowsPerCommit);
    const from = performance.now();
    let rows = 0;
    for (const batch of batches) {
      await copyIn(client, batch);
      rows += rowsPerCommit;
      if (performance.now() - from > seconds * 1000) break;
    }
    const took = (performance.now() - from) / 1000;
    await client.query('DROP TABLE ledger.bench_copy');
    return rows / took;
  } finally {
    await client.end();
  }
}

const SIGNATURE_BYTES = 19;
const TRAILER_BYTES = 2;

/** The log's newest rows as COPY data, cut into commits. */
async function prepareBatches(client: pg.Client, rowsPerCommit: number): Promise<Buffer[]> {
  const end = await endOfLog(client);
  const wanted = Math.min(ROWS_MAX, Math.max(ROWS_MIN, rowsPerCommit * 2_000));
  const data = await copyOut(
    client,
    `COPY (SELECT * FROM ledger.log WHERE position > ${end - wanted} ORDER BY position)
     TO STDOUT (FORMAT binary)`,
  );
  const batches: Buffer[] = [];
  let batch: Buffer[] = [];
  for (const row of data) {
    batch.push(row);
    if (batch.length < rowsPerCommit) continue;
    batches.push(messages(batch));
    batch = [];
  }
  return batches;
}

async function endOfLog(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ position: string }>('SELECT position FROM ledger.writer');
  return Number(rows[0]?.position ?? 0);
}

/** How many entries the log has, the accounts' ones aside. */
export async function storedTransfers(adminUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return (await endOfLog(client)) - ACCOUNTS;
  } finally {
    await client.end();
  }
}

/** Frames one commit's rows: CopyData of about 64 KiB, then CopyDone. */
function messages(rows: readonly Buffer[]): Buffer {
  const frames: Buffer[] = [];
  const signature = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
  const trailer = Buffer.from([0xff, 0xff]);
  let open: Buffer[] = [signature];
  let size = signature.length;
  const close = (): void => {
    const head = Buffer.alloc(5);
    head.write('d', 'latin1');
    head.writeUInt32BE(size + 4, 1);
    frames.push(head, ...open);
    open = [];
    size = 0;
  };
  for (const row of rows) {
    open.push(row);
    size += row.length;
    if (size > 1 << 16) close();
  }
  open.push(trailer);
  size += trailer.length;
  close();
  frames.push(Buffer.from([0x63, 0, 0, 0, 4]));
  return Buffer.concat(frames);
}

interface Wire {
  readonly stream: { write(bytes: Uint8Array): void };
  query(text: string): void;
}

/** Runs a COPY as pg's active query and collects what comes out of it. */
function copy(
  client: pg.Client,
  begin: (wire: Wire) => void,
  onData: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const ignore = (): void => undefined;
    const query = {
      submit: begin,
      handleRowDescription: ignore,
      handleDataRow: ignore,
      handlePortalSuspended: ignore,
      handleEmptyQuery: ignore,
      handleCommandComplete: ignore,
      handleCopyInResponse: ignore,
      handleCopyData: (message: { chunk: Buffer }) => onData(message.chunk),
      handleError: reject,
      handleReadyForQuery: () => resolve(),
    };
    client.query(query as unknown as pg.Submittable);
  });
}

async function copyOut(client: pg.Client, text: string): Promise<Buffer[]> {
  const rows: Buffer[] = [];
  await copy(
    client,
    (wire) => wire.query(text),
    (chunk) => rows.push(Buffer.from(chunk)),
  );
  // One message a row; the first begins with the file's signature, and a trailer ends it.
  const [first] = rows;
  if (first) rows[0] = first.subarray(SIGNATURE_BYTES);
  return rows.filter((row) => row.length > TRAILER_BYTES);
}

function copyIn(client: pg.Client, batch: Buffer): Promise<void> {
  return copy(
    client,
    (wire) => {
      wire.query('COPY ledger.bench_copy FROM STDIN (FORMAT binary)');
      wire.stream.write(batch);
    },
    () => undefined,
  );
}

/**
 * Writes as much log as the server keeps and lets a checkpoint recycle it. A server that has run for a while
 * writes into files that are there; a new one would stop at every 16 MB to make the next.
 */
export async function recycleWal(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (let segment = 0; segment < WAL_SEGMENTS; segment += 1) {
      await client.query("SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()");
    }
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
