import {
  findAccountCode,
  type LedgerDigest,
  type TrialBalance,
  type Verification,
} from '@tpmall/ledger/contract';

/** The trial balance, amounts as decimal strings. */
export function trialBalanceToWire(balance: TrialBalance) {
  const sums = (row: TrialBalance['totals'][number] | TrialBalance['rows'][number]) => ({
    accounts: row.accounts,
    debits_pending: row.debitsPending.toString(),
    debits_posted: row.debitsPosted.toString(),
    credits_pending: row.creditsPending.toString(),
    credits_posted: row.creditsPosted.toString(),
  });
  return {
    timestamp: balance.timestamp.toString(),
    rows: balance.rows.map((row) => ({
      ledger: row.ledger,
      code: row.code,
      name: findAccountCode(row.code)?.name ?? null,
      ...sums(row),
    })),
    totals: balance.totals.map((row) => ({ ledger: row.ledger, balanced: row.balanced, ...sums(row) })),
  };
}

/** The fingerprint of the ledger's state. */
export function digestToWire(digest: LedgerDigest) {
  return {
    digest: digest.digest,
    position: digest.position.toString(),
    accounts: digest.accounts,
    open_pendings: digest.openPendings,
  };
}

/** What recomputing every balance from the log found. */
export function verificationToWire(verification: Verification) {
  return {
    ok: verification.ok,
    entries: verification.entries.toString(),
    accounts: verification.accounts,
    differences: verification.differences.map((difference) => ({
      account_id: difference.accountId.toString(),
      field: difference.field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      machine: difference.machine.toString(),
      log: difference.log.toString(),
    })),
  };
}
