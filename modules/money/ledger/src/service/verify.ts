import { createHash } from 'node:crypto';
import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { LedgerDigest, Verification } from '../contract/index.ts';
import { isClosed } from '../machine/index.ts';
import { closedAccounts, sumLog } from '../store/balance-queries.ts';
import type { LedgerDeps } from './deps.ts';

/** Differences reported; one is enough to act on. */
const DIFFERENCES_MAX = 100;
const FIELDS = ['debitsPending', 'debitsPosted', 'creditsPending', 'creditsPosted'] as const;

/** Fingerprint of accounts, balances and log position. */
export function digest(
  { writer }: LedgerDeps,
  context: CallContext,
): Promise<Result<LedgerDigest, 'unavailable'>> {
  return writer.read(context.deadlineAt, (state, position) => {
    const hash = createHash('sha256').update(`position ${position}\n`);
    for (const account of state.opened) {
      hash.update(`${account.id} ${account.ledger} ${account.code} ${account.flags} ${account.owner} `);
      hash.update(`${FIELDS.map((field) => account[field]).join(' ')}\n`);
    }
    const { accounts, openPendings } = state;
    return { digest: hash.digest('hex'), position, accounts: accounts.size, openPendings };
  });
}

/** Recomputes every balance from the log and compares it with the running state at the same position. */
export async function verify(
  { db, writer }: LedgerDeps,
  context: CallContext,
): Promise<Result<Verification, 'unavailable'>> {
  const running = await writer.read(context.deadlineAt, (state, position) => ({
    position,
    accounts: state.opened.map((account) => ({
      id: account.id,
      closed: isClosed(account),
      debitsPending: account.debitsPending,
      debitsPosted: account.debitsPosted,
      creditsPending: account.creditsPending,
      creditsPosted: account.creditsPosted,
    })),
  }));
  if (!running.ok) return running;
  const { position, accounts } = running.value;
  const sums = await sumLog(db, position);
  const closed = await closedAccounts(db, position);
  const differences: Verification['differences'][number][] = [];
  for (const account of accounts) {
    const summed = sums.get(account.id);
    for (const field of FIELDS) {
      const log = summed?.[field] ?? 0n;
      if (log !== account[field]) {
        differences.push({ accountId: account.id, field, machine: account[field], log });
      }
    }
    if (closed.has(account.id) !== account.closed) {
      const [machine, log] = account.closed ? [1n, 0n] : [0n, 1n];
      differences.push({ accountId: account.id, field: 'closed', machine, log });
    }
  }
  return ok({
    ok: differences.length === 0,
    entries: position,
    accounts: accounts.length,
    differences: differences.slice(0, DIFFERENCES_MAX),
  });
}
