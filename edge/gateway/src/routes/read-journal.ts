import { hash128, ok, type Result } from '@tpmall/kernel';
import { BATCH_MAX, type Transfer } from '@tpmall/ledger/contract';
import type { OutgoingContext, PlatformCode } from '@tpmall/platform/contract';
import type { GatewayPorts } from '../environment.ts';

/** Transfers read at once, and at most for one page, where accounts are picked out of all transfers. */
const SCAN_ROWS = 2_000;
const SCAN_ROUNDS = 10;

/** What of the journal is wanted. */
export interface JournalQuery {
  /** 0: of any currency. */
  readonly ledger: number;
  /** 0: of any kind. */
  readonly accountCode: number;
  /** The number of one account, or the id of a party whose accounts all count. */
  readonly account: string | undefined;
  readonly payment: string | undefined;
  /** Exclusive: rows before the one instant, or else after the other. */
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
  readonly limit: number;
}

/** Rows of the journal, newest first. */
export interface JournalExtract {
  readonly transfers: readonly Transfer[];
  /** From where an older page goes on; undefined at the end. */
  readonly older: bigint | undefined;
  /** From where a newer page goes on; undefined at the newest. */
  readonly newer: bigint | undefined;
}

type Found<T> = Promise<Result<T, PlatformCode>>;
type Ledger = GatewayPorts['ledger'];
/** Reads on from a cursor (exclusive), in the direction of the page. */
type Read = (from: bigint | undefined, limit: number) => Found<readonly Transfer[]>;

/** Reads the journal. Cursors stay exact however many transfers are made meanwhile. */
export async function readJournal(
  ledger: Ledger,
  context: OutgoingContext,
  query: JournalQuery,
): Found<JournalExtract> {
  const touched = await touchedAccounts(ledger, context, query);
  if (!touched.ok) return touched;
  const isForward = query.after !== undefined;
  const from = query.after ?? query.before;
  const accounts = touched.value;
  // One account has an index of its own; several are picked out of all transfers.
  const [only] = accounts?.size === 1 ? accounts : [];
  const isScan = accounts !== undefined && only === undefined;
  const read = reading(ledger, context, query, only);
  const isWanted = (transfer: Transfer): boolean =>
    (query.ledger === 0 || transfer.ledger === query.ledger) &&
    (!isScan || accounts.has(transfer.debitAccountId) || accounts.has(transfer.creditAccountId));
  const found = await collect(read, isWanted, { from, limit: query.limit, isScan });
  if (!found.ok) return found;
  const { rows, next } = found.value;
  const [first] = rows;
  if (isForward) {
    const older = first?.timestamp ?? (from ?? 0n) + 1n;
    return ok({ transfers: rows.toReversed(), newer: next, older });
  }
  const newer = from === undefined ? undefined : (first?.timestamp ?? from - 1n);
  return ok({ transfers: rows, older: next, newer });
}

/** The accounts that must be touched; undefined where any may be. */
async function touchedAccounts(
  ledger: Ledger,
  context: OutgoingContext,
  { account, accountCode, ledger: number }: JournalQuery,
): Found<ReadonlySet<bigint> | undefined> {
  if (account !== undefined && /^\d+$/.test(account)) return ok(new Set([BigInt(account)]));
  if (account === undefined && accountCode === 0) return ok(undefined);
  const found = await ledger.queryAccounts(context, {
    ...{ userData64: 0n, userData32: 0, timestampMin: 0n, timestampMax: 0n, reversed: false },
    userData128: account === undefined ? 0n : hash128('party', account),
    ledger: number,
    code: accountCode,
    limit: BATCH_MAX,
  });
  return found.ok ? ok(new Set(found.value.map(({ id }) => id))) : found;
}

function reading(ledger: Ledger, context: OutgoingContext, query: JournalQuery, only?: bigint): Read {
  const isForward = query.after !== undefined;
  const rest = {
    ...{ userData64: 0n, userData32: 0, code: 0, reversed: !isForward },
    userData128: query.payment === undefined ? 0n : hash128('payment', query.payment),
  };
  return (from, limit) => {
    const timestampMin = isForward && from !== undefined ? from + 1n : 0n;
    // A bound of zero would mean "no bound" to the ledger.
    const timestampMax = isForward || from === undefined ? 0n : from > 1n ? from - 1n : 1n;
    const filter = { ...rest, timestampMin, timestampMax, limit };
    return only === undefined
      ? ledger.queryTransfers(context, { ...filter, ledger: query.ledger })
      : ledger.accountTransfers(context, { ...filter, accountId: only, debits: true, credits: true });
  };
}

/** Reads until the page is full, the journal ends, or enough was looked through for one request. */
async function collect(
  read: Read,
  isWanted: (transfer: Transfer) => boolean,
  page: { readonly from: bigint | undefined; readonly limit: number; readonly isScan: boolean },
): Found<{ readonly rows: readonly Transfer[]; readonly next: bigint | undefined }> {
  const rows: Transfer[] = [];
  const size = page.isScan ? SCAN_ROWS : Math.min(page.limit + 1, BATCH_MAX);
  let { from } = page;
  for (let round = 0; round < SCAN_ROUNDS; round += 1) {
    const found = await read(from, size);
    if (!found.ok) return found;
    for (const transfer of found.value.filter(isWanted)) {
      if (rows.length === page.limit) return ok({ rows, next: rows.at(-1)?.timestamp });
      rows.push(transfer);
    }
    if (found.value.length < size) return ok({ rows, next: undefined });
    from = found.value.at(-1)?.timestamp;
    if (!page.isScan && rows.length === page.limit) return ok({ rows, next: from });
  }
  return ok({ rows, next: from });
}
