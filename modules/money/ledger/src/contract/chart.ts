import { hash128 } from '@tpmall/kernel';

/** The side on which a kind of account normally stands. */
export type NormalSide = 'debit' | 'credit';

/** One kind of account in the chart of accounts. */
export interface AccountCode {
  /** 1 to 65,535; `Account.code`. */
  readonly code: number;
  readonly name: string;
  readonly type: 'asset' | 'liability' | 'revenue' | 'expense' | 'equity';
  readonly normalSide: NormalSide;
  readonly description: string;
  /**
   * Modules that move money on accounts of this kind, whichever of them has opened it. Absent: only the
   * module that has opened an account moves money on it.
   */
  readonly movedBy?: readonly string[];
}

/** One reason for which money moves. */
export interface TransferCode {
  /** 1 to 65,535; `Transfer.code`. */
  readonly code: number;
  readonly name: string;
  readonly description: string;
}

/** The kinds of account that the system itself keeps. Numbers are for ever: they stand in the log. */
export const ACCOUNT_CODES = {
  acquirer_receivable: {
    code: 100,
    name: 'acquirer_receivable',
    type: 'asset',
    normalSide: 'debit',
    description:
      'What acquirers owe us for authorised (pending) and captured (posted) card payments, until their ' +
      'clearing files say that they know.',
  },
  due_from_acquirer: {
    code: 110,
    name: 'due_from_acquirer',
    type: 'asset',
    normalSide: 'debit',
    description:
      'What an acquirer has cleared and is to pay out, less its fees: one account per platform, acquirer ' +
      'and currency.',
  },
  payment_clearing: {
    code: 200,
    name: 'payment_clearing',
    type: 'liability',
    normalSide: 'credit',
    description:
      'Authorised and captured money on its way to the payees: one account per platform and currency. ' +
      'What a payment puts in, its shares take out, so what is posted here ends at zero.',
  },
  refund_clearing: {
    code: 201,
    name: 'refund_clearing',
    type: 'liability',
    normalSide: 'credit',
    description:
      'Taken back from the payees on its way to the card: one account per platform and currency, ' +
      'which ends at zero.',
  },
  merchant_payable: {
    code: 210,
    name: 'merchant_payable',
    type: 'liability',
    normalSide: 'credit',
    description:
      'What we owe a merchant: its shares of captured payments, less the commission taken from them. ' +
      'Payouts draw on it.',
  },
  shopper_wallet: {
    code: 220,
    name: 'shopper_wallet',
    type: 'liability',
    normalSide: 'credit',
    description:
      'What we owe a shopper: topped up, received or given back, and not yet spent. One account per wallet ' +
      'and currency, never below zero. Payments takes from it what is paid with it, in the chain that ' +
      'shares it out, and gives refunds and captured top-ups to it.',
    movedBy: ['wallet', 'payments'],
  },
  withdrawal_clearing: {
    code: 221,
    name: 'withdrawal_clearing',
    type: 'liability',
    normalSide: 'credit',
    description:
      'Withdrawals from wallets: pending while they are asked for and approved, posted once the bank has ' +
      'been told to pay them. One account per platform and currency, which bank statements clear.',
  },
  platform_commission: {
    code: 300,
    name: 'platform_commission',
    type: 'revenue',
    normalSide: 'credit',
    description:
      'Commission and application fees the platform has earned, taken from what it owes merchants.',
  },
  processing_cost: {
    code: 400,
    name: 'processing_cost',
    type: 'expense',
    normalSide: 'debit',
    description: 'What acquirers and schemes charge for processing.',
  },
} as const satisfies Record<string, AccountCode>;

/** The reasons for which the system itself moves money. Numbers are for ever: they stand in the log. */
export const TRANSFER_CODES = {
  payment_authorisation: {
    code: 1,
    name: 'payment_authorisation',
    description:
      'Pending, from the acquirer’s receivable or a wallet to payment clearing, as long as the hold lives.',
  },
  payment_capture: {
    code: 2,
    name: 'payment_capture',
    description: 'Money taken without a hold, or beyond one (the excess of an over-capture).',
  },
  merchant_share: {
    code: 3,
    name: 'merchant_share',
    description: 'A captured payment’s share of one merchant, from clearing to what we owe them.',
  },
  platform_commission: {
    code: 4,
    name: 'platform_commission',
    description:
      'A captured payment’s commission or application fee, from what we owe the merchant to revenue.',
  },
  refund: {
    code: 5,
    name: 'refund',
    description: 'A refund taken back from a merchant or from commission, to refund clearing.',
  },
  refund_settlement: {
    code: 6,
    name: 'refund_settlement',
    description: 'A confirmed refund, from refund clearing against the acquirer’s receivable or to a wallet.',
  },
  acquirer_settlement: {
    code: 7,
    name: 'acquirer_settlement',
    description:
      'A capture, refund or returned refund that the acquirer has cleared: from its receivable to what is ' +
      'due from it, or back.',
  },
  processing_fee: {
    code: 8,
    name: 'processing_fee',
    description: 'A fee charged by an acquirer or scheme, kept back from what is due from it.',
  },
  adjustment: {
    code: 9,
    name: 'adjustment',
    description: 'A correction by an operator; the reason is in the audit trail.',
  },
  wallet_top_up: {
    code: 20,
    name: 'wallet_top_up',
    description: 'A captured payment that tops a wallet up, from clearing to the wallet.',
  },
  wallet_top_up_refund: {
    code: 21,
    name: 'wallet_top_up_refund',
    description: 'A top-up given back: pending from the wallet to refund clearing until the acquirer agrees.',
  },
  wallet_send: {
    code: 22,
    name: 'wallet_send',
    description: 'From one shopper’s wallet to another’s.',
  },
  wallet_withdrawal: {
    code: 23,
    name: 'wallet_withdrawal',
    description: 'From a wallet to withdrawal clearing: pending until it is paid or falls away.',
  },
  wallet_withdrawal_return: {
    code: 24,
    name: 'wallet_withdrawal_return',
    description: 'A paid withdrawal that the bank has sent back, to the wallet again.',
  },
} as const satisfies Record<string, TransferCode>;

/** Account and transfer codes an operator may give meanings of their own (inclusive). */
export const OPERATOR_CODES = { min: 30_000, max: 39_999 } as const;

/** Names of the system's account codes. */
export type AccountCodeName = keyof typeof ACCOUNT_CODES;

const byNumber = new Map<number, AccountCode>(
  Object.values(ACCOUNT_CODES).map((entry) => [entry.code, entry]),
);
const transferByNumber = new Map<number, TransferCode>(
  Object.values(TRANSFER_CODES).map((entry) => [entry.code, entry]),
);

/** Whether a module may move money on an account of this code that another module has opened. */
export function isShared(code: number, opener: string, mover: string): boolean {
  const movers = byNumber.get(code)?.movedBy;
  return movers !== undefined && movers.includes(opener) && movers.includes(mover);
}

/** The chart's entry of an account code, or undefined for an operator's own. */
export function findAccountCode(code: number): AccountCode | undefined {
  return byNumber.get(code);
}

/** The chart's entry of a transfer code, or undefined for an operator's own. */
export function findTransferCode(code: number): TransferCode | undefined {
  return transferByNumber.get(code);
}

/**
 * The id of the account of this kind, owner and currency: the same for ever, so that opening it may be
 * repeated.
 *
 * @param code name of the account code
 * @param owner whose account: a merchant's or the platform's id
 * @param currencyNumber ISO 4217 number, the account's `ledger`
 */
export function accountId(code: AccountCodeName, owner: string, currencyNumber: number): bigint {
  return hash128('ledger.account', code, owner, String(currencyNumber));
}
