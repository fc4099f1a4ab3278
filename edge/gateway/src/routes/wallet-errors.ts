import type { Failure } from '@tpmall/kernel';
import type { CodeOf } from '@tpmall/platform/contract';
import type { walletContract } from '@tpmall/wallet/contract';
import { type Answer, cursorMeanings, type Meanings, refusal } from '../pipeline/answer.ts';

type Operations = (typeof walletContract)['operations'];

const gone = { not_found: { code: 'resource_missing', param: 'id', status: 404 } } as const;
const mismatch = { idempotency_mismatch: 'idempotency_mismatch' } as const;
const named = (param: string) => ({ code: 'resource_missing', param, status: 400 }) as const;
const movement = {
  ...gone,
  ...mismatch,
  wallet_frozen: 'wallet_frozen',
  currency_not_offered: { code: 'wallet_currency_not_offered', param: 'currency' },
  limit_exceeded: { code: 'wallet_limit_exceeded', param: 'amount' },
} as const;
const short = { insufficient_funds: 'wallet_balance_insufficient' } as const;
const wrongState = { withdrawal_unexpected_state: 'withdrawal_unexpected_state' } as const;
const declines = {
  card_declined: 'card_declined',
  authentication_required: 'authentication_required',
} as const;

/** The meaning of every refusal of the wallets, by operation. */
export const walletMeanings = {
  openWallet: { person_not_found: named('person') },
  findWallet: gone,
  listWallets: cursorMeanings,
  changeWallet: { ...gone, ...mismatch },
  readBalances: gone,
  readLimits: { ...gone, currency_not_offered: movement.currency_not_offered },
  listLimits: {},
  setLimit: {
    ...mismatch,
    effective_in_the_past: 'wallet_limit_not_addable',
    limit_exists: 'wallet_limit_not_addable',
  },
  topUp: {
    ...movement,
    ...declines,
    amount_too_large: 'amount_too_large',
    customer_not_found: named('customer'),
    payment_method_not_found: named('payment_method'),
    payment_method_not_usable: { code: 'payment_method_unexpected_state', param: 'payment_method' },
  },
  send: {
    ...movement,
    ...short,
    handle_not_found: 'wallet_recipient_not_found',
    send_to_self: 'wallet_send_to_self',
    recipient_unavailable: 'wallet_recipient_unavailable',
  },
  pay: {
    ...movement,
    ...short,
    payment_intent_not_found: named('payment_intent'),
    payment_intent_unexpected_state: 'payment_intent_unexpected_state',
    payment_intent_changed: 'wallet_payment_not_possible',
    payment_intent_not_payable: 'wallet_payment_not_possible',
    card_declined: 'card_declined',
  },
  requestWithdrawal: { ...movement, ...short },
  cancelWithdrawal: { ...gone, ...mismatch, ...wrongState },
  decideWithdrawal: {
    ...gone,
    ...mismatch,
    ...wrongState,
    same_person: 'withdrawal_second_person_needed',
    person_needed: 'person_needed',
  },
  findOperation: gone,
  listOperations: cursorMeanings,
  history: { ...gone, cursor_not_found: named('starting_after') },
  statement: { ...gone, statement_too_large: 'wallet_statement_too_large' },
} as const satisfies { readonly [Name in keyof Operations]: Meanings<CodeOf<Operations[Name]>> };

/** Answers with a wallet's refusal, and with what its balance lacked. */
export function walletRefusal<Code extends string>(meanings: Meanings<Code>, failure: Failure<Code>): Answer {
  const refused = refusal(meanings, failure);
  const missing = failure.detail?.missing;
  if (refused.kind !== 'error' || typeof missing !== 'string') return refused;
  const missingAmount = Number(missing);
  return Number.isSafeInteger(missingAmount)
    ? { kind: 'error', error: { ...refused.error, missingAmount } }
    : refused;
}
