import { assert, base32, err, findCurrency, ok, type Result } from '@tpmall/kernel';
import {
  type AccountFilter,
  BATCH_MAX,
  findTransferCode,
  TRANSFER_FLAGS,
  type Transfer,
} from '@tpmall/ledger/contract';
import type { CallContext, InputOf, Page } from '@tpmall/platform/contract';
import type { Entry, EntryKind, walletContract } from '../contract/index.ts';
import { findOperationsByTag } from '../store/operations.ts';
import { findWallet } from '../store/wallets.ts';
import { readContext, type WalletDeps } from './deps.ts';
import { walletAccountId } from './ledger.ts';
import { missingWallet } from './open-wallet.ts';

type Asked = InputOf<(typeof walletContract)['operations']['history']>;

/** The ledger counts nanoseconds. */
const NANOSECONDS = 1_000n;
/** Transfers that one look at the ledger takes beyond a page, since holds among them are no entries. */
const LOOK_AHEAD = 100;

/** What changed a balance, the newest first. */
export async function readHistory(
  deps: WalletDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Page<Entry>, 'not_found' | 'cursor_not_found' | 'unavailable'>> {
  const { wallet, currency, limit, kind } = input;
  if (!(await findWallet(deps.db, context.tenant, wallet))) return missingWallet(wallet);
  if (!findCurrency(currency)) return ok({ items: [], hasMore: false });
  const cursor = await placeOf(deps, context, input);
  if (!cursor.ok) return cursor;
  const items: Entry[] = [];
  let until = cursor.value;
  // One more than the page shows that there is more. Ends with the account's transfers, or the page.
  for (let more = true; more && items.length <= limit; ) {
    const read = await readEntries(deps, context, wallet, currency, {
      timestampMin: input.from === undefined ? 0n : BigInt(input.from) * NANOSECONDS,
      timestampMax: until,
      limit: limit + LOOK_AHEAD,
      reversed: true,
    });
    if (!read.ok) return read;
    items.push(...read.value.entries.filter((entry) => kind === undefined || entry.kind === kind));
    more = read.value.next !== undefined;
    until = (read.value.next ?? 1n) - 1n;
  }
  return ok({ items: items.slice(0, limit), hasMore: items.length > limit });
}

/** Up to which of the ledger's instants the page reaches: 0 is open. */
async function placeOf(
  deps: WalletDeps,
  context: CallContext,
  { wallet, currency, startingAfter, to }: Asked,
): Promise<Result<bigint, 'cursor_not_found' | 'unavailable'>> {
  const end = to === undefined ? 0n : BigInt(to) * NANOSECONDS - 1n;
  if (startingAfter === undefined) return ok(end);
  const missing = () =>
    err('cursor_not_found', `there is no entry ${startingAfter} of this wallet`, { field: 'startingAfter' });
  const id = transferOf(startingAfter);
  if (id === undefined) return missing();
  const found = await deps.ports.ledger.lookupTransfers(readContext(context), { ids: [id] });
  if (!found.ok) return err('unavailable', 'the ledger cannot be read now');
  const [transfer] = found.value;
  const account = walletAccountId(wallet, currency);
  const isOurs = transfer && [transfer.debitAccountId, transfer.creditAccountId].includes(account);
  if (!isOurs) return missing();
  const before = transfer.timestamp - 1n;
  return ok(end === 0n || before < end ? before : end);
}

const PREFIX = 'wen_';
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

/** The transfer behind an entry's id; undefined where it is none. */
function transferOf(entry: string): bigint | undefined {
  if (!/^wen_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(entry)) return undefined;
  return Array.from(entry.slice(PREFIX.length)).reduce(
    (id, digit) => id * 32n + BigInt(DIGITS.indexOf(digit)),
    0n,
  );
}

type Window = Pick<AccountFilter, 'timestampMin' | 'timestampMax' | 'limit' | 'reversed'>;

/** Entries of one look at the ledger, and the last instant that it has seen; undefined: there are no more. */
interface Read {
  readonly entries: readonly Entry[];
  readonly next: bigint | undefined;
}

/** The entries of a wallet in a window of the ledger: what was posted, with the balance after it. */
export async function readEntries(
  deps: WalletDeps,
  context: CallContext,
  wallet: string,
  currency: string,
  window: Window,
): Promise<Result<Read, 'unavailable'>> {
  const accountId = walletAccountId(wallet, currency);
  const filter: AccountFilter = {
    ...{ accountId, debits: true, credits: true, code: 0, userData128: 0n, userData64: 0n, userData32: 0 },
    ...window,
    limit: Math.min(window.limit, BATCH_MAX),
  };
  const transfers = await deps.ports.ledger.accountTransfers(readContext(context), filter);
  if (!transfers.ok) return err('unavailable', 'the ledger cannot be read now');
  const [first, last] = [transfers.value[0], transfers.value.at(-1)];
  if (!first || !last) return ok({ entries: [], next: undefined });
  // Of these very transfers: what has been moved since they were read is not asked for.
  const [from, to] = window.reversed ? [last, first] : [first, last];
  const balances = await deps.ports.ledger.accountHistory(readContext(context), {
    ...filter,
    ...{ timestampMin: from.timestamp, timestampMax: to.timestamp },
  });
  if (!balances.ok) return err('unavailable', 'the ledger cannot be read now');
  const after = new Map(
    balances.value.map((each) => [each.timestamp, each.creditsPosted - each.debitsPosted]),
  );
  const posted = transfers.value.filter(
    ({ flags }) => !(flags & (TRANSFER_FLAGS.pending | TRANSFER_FLAGS.voidPendingTransfer)),
  );
  const operations = await findOperationsByTag(deps.db, wallet, [
    ...new Set(posted.map(({ userData128 }) => userData128)),
  ]);
  const entries = posted.map((transfer): Entry => {
    const operation = operations.get(transfer.userData128);
    const isIn = transfer.creditAccountId === accountId;
    const other = operation?.wallet === wallet ? operation.counterparty : (operation?.wallet ?? null);
    const balance = after.get(transfer.timestamp);
    assert(balance !== undefined, 'an account of a wallet keeps its history');
    return {
      id: `${PREFIX}${base32(transfer.id)}`,
      wallet,
      currency,
      kind: kindOf(transfer, isIn),
      amount: isIn ? transfer.amount : -transfer.amount,
      balance,
      operation: operation?.id ?? null,
      paymentIntent: operation?.paymentIntent ?? null,
      counterparty: other,
      note: operation?.note ?? null,
      at: Number(transfer.timestamp / NANOSECONDS),
    };
  });
  return ok({ entries, next: transfers.value.length < filter.limit ? undefined : last.timestamp });
}

const KINDS: Readonly<Record<string, EntryKind>> = {
  payment_authorisation: 'payment',
  payment_capture: 'payment',
  refund_settlement: 'refund',
  wallet_top_up: 'top_up',
  wallet_top_up_refund: 'top_up_refund',
  wallet_withdrawal: 'withdrawal',
  wallet_withdrawal_return: 'withdrawal_return',
};

function kindOf({ code }: Transfer, isIn: boolean): EntryKind {
  const name = findTransferCode(code)?.name ?? '';
  if (name === 'wallet_send') return isIn ? 'received' : 'sent';
  return KINDS[name] ?? 'adjustment';
}
