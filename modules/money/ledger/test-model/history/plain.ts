import type { NewAccount, NewTransfer } from '../../src/contract/types.ts';

/** An account on ledger 1 with code 1. */
export function account(id: bigint, flags: number): NewAccount {
  return { id, userData128: 0n, userData64: 0n, userData32: 0, ledger: 1, code: 1, flags, timestamp: 0n };
}

/** A transfer with code 1, and zeros elsewhere. */
export function transfer(id: bigint, debitAccountId: bigint, creditAccountId: bigint): NewTransfer {
  return {
    id,
    debitAccountId,
    creditAccountId,
    amount: 0n,
    pendingId: 0n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    timeout: 0,
    ledger: 1,
    code: 1,
    flags: 0,
    timestamp: 0n,
  };
}
