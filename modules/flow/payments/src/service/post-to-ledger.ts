import { assert } from '@tpmall/kernel';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import type { PaymentsDeps } from './deps.ts';
import type { Posting } from './postings.ts';

/** Accounts remembered as open; beyond it all are asked for again, which is harmless. */
const OPEN_ACCOUNTS_MAX = 100_000;

/**
 * Makes the transfers of a posting, and opens the accounts they need on first use. Ids derive from the
 * command, so a repetition finds them made.
 *
 * @returns false where it is not known whether they were made; repeat it then
 * @throws where the ledger refuses: its record contradicts ours, which is for a person to look at
 */
export async function postToLedger(
  deps: PaymentsDeps,
  behalf: Behalf,
  commandId: string,
  posting: Posting,
): Promise<boolean> {
  const posted = await tryPosting(deps, behalf, commandId, posting);
  if (posted === 'short') throw new Error(`the ledger refuses ${commandId}: a balance is too small`);
  return posted === 'made';
}

/** What became of a posting: made, or not for want of money in a wallet, or nobody knows. */
export type Posted = 'made' | 'short' | 'unknown';

/** What the ledger says where a wallet has too little, or was never used in a currency, at once and later. */
const SHORT: readonly string[] = ['exceeds_credits', 'debit_account_not_found', 'id_already_failed'];

/**
 * The same for a posting whose first transfer takes from a wallet. The ledger uses an id up with a refusal,
 * so a repetition finds it refused again, whatever is in the wallet by then.
 */
export async function tryPosting(
  deps: PaymentsDeps,
  behalf: Behalf,
  commandId: string,
  posting: Posting,
): Promise<Posted> {
  if (posting.transfers.length === 0) return 'made';
  const context = callContext(deps, behalf, commandId);
  if (!(await openAccounts(deps, context, posting))) return 'unknown';
  const answer = await deps.ports.ledger.createTransfers(context, { transfers: posting.transfers });
  if (!answer.ok) {
    if (isUndecided(answer.error)) return 'unknown';
    throw new Error(`the ledger refuses ${commandId}: ${answer.error.code} ${answer.error.message}`);
  }
  const { results } = answer.value;
  assert(results.length === posting.transfers.length, 'the ledger answers one result per transfer');
  if (results.every((result) => result.status === 'created' || result.status === 'exists')) return 'made';
  // A chain is made as a whole, so where its first transfer exists all do; the ledger then calls the others
  // failed, because an existing transfer breaks the chain of the repetition.
  if (results[0]?.status === 'exists') return 'made';
  if (SHORT.includes(results[0]?.status ?? '')) return 'short';
  throw new Error(`the ledger refuses ${commandId}: ${results.map((result) => result.status).join(', ')}`);
}

async function openAccounts(
  deps: PaymentsDeps,
  context: Parameters<PaymentsDeps['ports']['ledger']['createAccounts']>[0],
  posting: Posting,
): Promise<boolean> {
  const missing = posting.accounts.filter((account) => !deps.openAccounts.has(account.id));
  if (missing.length === 0) return true;
  const answer = await deps.ports.ledger.createAccounts(context, { accounts: missing });
  if (!answer.ok) {
    if (isUndecided(answer.error)) return false;
    throw new Error(`the ledger refuses accounts: ${answer.error.code} ${answer.error.message}`);
  }
  for (const [index, { status }] of answer.value.results.entries()) {
    if (status !== 'created' && status !== 'exists') {
      throw new Error(`the ledger refuses account ${missing[index]?.id}: ${status}`);
    }
  }
  if (deps.openAccounts.size > OPEN_ACCOUNTS_MAX) deps.openAccounts.clear();
  for (const account of missing) deps.openAccounts.add(account.id);
  return true;
}
