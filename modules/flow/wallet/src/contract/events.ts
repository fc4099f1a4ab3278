import type { OperationKind, OperationStatus } from './states.ts';
import type { Operation, Wallet } from './types.ts';

/** An operation has got to a state: `wallet.send.succeeded`, `wallet.withdrawal.approved`, … */
export type OperationEventType = `wallet.${OperationKind}.${OperationStatus}`;

/**
 * What this module tells others, in the order of the aggregate: the wallet, or the operation. The payload is
 * the object as it was right after the change; amounts are digit strings.
 */
export type WalletEvents = {
  'wallet.opened': Wallet;
  'wallet.changed': Wallet;
  /** Some or all of a payment or top-up was given back; see `refunded`. */
  'wallet.payment.refunded': Operation;
  'wallet.top_up.refunded': Operation;
} & { [Type in OperationEventType]: Operation };
