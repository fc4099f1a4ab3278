import { assert, err, findCurrency, type Micros, ok, type Result } from '@tpmall/kernel';
import { BATCH_MAX } from '@tpmall/ledger/contract';
import type { CallContext } from '@tpmall/platform/contract';
import type { Entry, Statement } from '../contract/index.ts';
import { findWallet } from '../store/wallets.ts';
import { readContext, type WalletDeps } from './deps.ts';
import { walletAccountId } from './ledger.ts';
import { missingWallet } from './open-wallet.ts';
import { readEntries } from './read-history.ts';

/** Entries of one statement: beyond it a page of them is asked for by `history`. */
const ENTRIES_MAX = 50_000;

interface Asked {
  readonly wallet: string;
  readonly currency: string;
  readonly month: string;
}

/** The statement of a month (UTC), read from the ledger: its opening and its entries make its closing. */
export async function readStatement(
  deps: WalletDeps,
  context: CallContext,
  { wallet, currency, month }: Asked,
): Promise<Result<Statement, 'not_found' | 'statement_too_large' | 'unavailable'>> {
  if (!(await findWallet(deps.db, context.tenant, wallet))) return missingWallet(wallet);
  const { from, to } = boundsOf(month, deps.clock.now());
  const opening = await openingAt(deps, context, wallet, currency, from);
  if (!opening.ok) return opening;
  const entries: Entry[] = [];
  let after = BigInt(from) * 1_000n;
  const end = BigInt(to) * 1_000n - 1n;
  for (let more = findCurrency(currency) !== undefined && after <= end; more; ) {
    const window = { timestampMin: after, timestampMax: end, limit: BATCH_MAX, reversed: false };
    const read = await readEntries(deps, context, wallet, currency, window);
    if (!read.ok) return read;
    entries.push(...read.value.entries);
    if (entries.length > ENTRIES_MAX) {
      return err('statement_too_large', `a statement has at most ${ENTRIES_MAX} entries`, { field: 'month' });
    }
    more = read.value.next !== undefined;
    after = (read.value.next ?? 0n) + 1n;
  }
  const totalIn = entries.reduce((sum, { amount }) => (amount > 0n ? sum + amount : sum), 0n);
  const totalOut = entries.reduce((sum, { amount }) => (amount < 0n ? sum - amount : sum), 0n);
  const closing = entries.at(-1)?.balance ?? opening.value;
  assert(opening.value + totalIn - totalOut === closing, `statement ${month} of ${wallet} adds up`);
  return ok({
    wallet,
    currency,
    month,
    from,
    to,
    opening: opening.value,
    entries,
    totalIn,
    totalOut,
    closing,
  });
}

/** A calendar month in microseconds: from, inclusive, to, exclusive; not beyond now. */
function boundsOf(month: string, now: Micros): { from: Micros; to: Micros } {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const from = Date.UTC(year, number - 1) * 1_000;
  return { from, to: Math.max(from, Math.min(Date.UTC(year, number) * 1_000, now + 1)) };
}

async function openingAt(
  deps: WalletDeps,
  context: CallContext,
  wallet: string,
  currency: string,
  from: Micros,
): Promise<Result<bigint, 'unavailable'>> {
  if (!findCurrency(currency)) return ok(0n);
  const answer = await deps.ports.ledger.balancesAt(readContext(context), {
    ids: [walletAccountId(wallet, currency)],
    timestamp: BigInt(from) * 1_000n - 1n,
  });
  if (!answer.ok) return err('unavailable', 'the ledger cannot be read now');
  const [balance] = answer.value;
  return ok(balance ? balance.creditsPosted - balance.debitsPosted : 0n);
}
