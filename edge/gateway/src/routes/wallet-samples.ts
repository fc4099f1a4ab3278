import type { Entry, LimitUse, Operation, Statement, TierLimit, Wallet } from '@tpmall/wallet/contract';
import {
  limitUseToWire,
  tierLimitToWire,
  walletEntryToWire,
  walletOperationToWire,
  walletStatementToWire,
  walletToWire,
} from '@tpmall/wire';
import { samples } from './samples.ts';

/** Objects of wallets as the document shows them, made by the same mapping as real ones. */
const view = { apiUrl: 'http://localhost:4242', webUrl: 'http://localhost:4247', livemode: false };
/** 23 November 2026, 12:00 UTC. */
const at = 1_795_435_200_000_000;
const tenant = 'acct_01k9platform';

const wallet: Wallet = {
  id: 'wal_01k9ada',
  tenant,
  person: 'person_01k9ada',
  tier: 'basic',
  status: 'active',
  createdAt: at,
};
const operation: Operation = {
  id: 'wop_01k9send',
  tenant,
  kind: 'send',
  wallet: wallet.id,
  counterparty: 'wal_01k9bob',
  currency: 'eur',
  amount: 1250n,
  status: 'succeeded',
  movingTo: null,
  failure: null,
  missing: null,
  note: 'For tea',
  paymentIntent: null,
  captured: 0n,
  refunded: 0n,
  destination: null,
  reference: null,
  approvedBy: null,
  paidBy: null,
  decisionReason: null,
  expiresAt: null,
  createdAt: at,
};
const topUp: Operation = {
  ...operation,
  id: 'wop_01k9topup',
  kind: 'top_up',
  counterparty: null,
  note: null,
  amount: 5000n,
  captured: 5000n,
  paymentIntent: samples.paymentIntent.id,
};
const entry: Entry = {
  id: 'wen_01k9send',
  wallet: wallet.id,
  currency: 'eur',
  kind: 'sent',
  amount: -1250n,
  balance: 3750n,
  operation: operation.id,
  paymentIntent: null,
  counterparty: operation.counterparty,
  note: operation.note,
  at,
};
const statement: Statement = {
  ...{ wallet: wallet.id, currency: 'eur', month: '2026-11', from: 1_793_491_200_000_000, to: at },
  ...{ opening: 5000n, entries: [entry], totalIn: 0n, totalOut: 1250n, closing: 3750n },
};
const limit: TierLimit = {
  ...{ tier: 'basic', currency: 'eur', effectiveFrom: 1_767_225_600_000_000 },
  ...{ balanceMax: 100_000n, transactionMax: 15_000n, dayMax: 50_000n, monthMax: 100_000n, yearMax: null },
  ...{ source: 'house', verified: false },
};
const use: LimitUse = { limit, dayUsed: 1250n, monthUsed: 1250n, yearUsed: 1250n, balanceBound: 3750n };

export const walletSamples = {
  wallet: walletToWire(wallet, [{ currency: 'eur', available: 3750n, pending: 0n }], view),
  walletAlone: walletToWire(wallet, undefined, view),
  operation: walletOperationToWire(operation, view),
  paying: { ...walletOperationToWire(topUp, view), payment_intent: samples.paymentIntent },
  entry: walletEntryToWire(entry),
  statement: walletStatementToWire(statement),
  limit: tierLimitToWire(limit),
  limitUse: limitUseToWire(use),
};
