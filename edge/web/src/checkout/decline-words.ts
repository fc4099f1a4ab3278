import type { PaymentError } from '@tpmall/payments/contract';
import type { Language } from '@tpmall/platform/pages';

/** What a decline means for the shopper's next step. */
type Remedy = 'other_card' | 'check_card' | 'try_again' | 'confirm';

/**
 * What helps against each reason. That a card was reported lost or stolen, or looks like fraud, is the
 * issuer's to tell its cardholder, and nobody else's to learn here.
 */
const REMEDIES: Readonly<Record<NonNullable<PaymentError['declineCode']>, Remedy>> = {
  generic_decline: 'other_card',
  insufficient_funds: 'other_card',
  lost_card: 'other_card',
  stolen_card: 'other_card',
  expired_card: 'check_card',
  incorrect_cvc: 'check_card',
  incorrect_number: 'check_card',
  fraudulent: 'other_card',
  do_not_honor: 'other_card',
  transaction_not_allowed: 'other_card',
  card_velocity_exceeded: 'other_card',
  processing_error: 'try_again',
  issuer_not_available: 'try_again',
  authentication_required: 'confirm',
  invalid_account: 'other_card',
  blocked: 'other_card',
  highest_risk_level: 'other_card',
};

const texts = {
  en: {
    declined: (last4: string | null) =>
      `Your bank declined ${last4 === null ? 'the card' : `the card ending ${last4}`}. Nothing was charged.`,
    ours: 'We could not accept this payment. Nothing was charged.',
    notConfirmed: 'Your bank did not confirm that it is you. Nothing was charged.',
    reasons: {
      insufficient_funds: 'It gave “insufficient funds” as the reason, so the same card is unlikely to work.',
      expired_card: 'It says that the card has expired.',
      incorrect_cvc: 'It says that the security code is wrong.',
      incorrect_number: 'It does not know this card number.',
      transaction_not_allowed: 'It does not allow this kind of payment with this card.',
      card_velocity_exceeded: 'The card has reached its limit for today.',
      issuer_not_available: 'The bank behind the card cannot be reached at the moment.',
      processing_error: 'Something went wrong on the way to the bank.',
      invalid_account: 'The account behind the card is closed.',
    } as Readonly<Record<string, string>>,
    noReason: 'It gave no reason. Your bank can tell you more.',
    remedies: {
      other_card: 'Use another card',
      check_card: 'Compare number, date and code with your card, then enter them again',
      try_again: 'Try the same card again in a few minutes, or use another one',
      confirm: 'Enter the card again, and confirm on your bank’s page',
    },
  },
  zh: {
    declined: (last4: string | null) =>
      `银行拒绝了${last4 === null ? '此卡' : `尾号 ${last4} 的卡`}，未扣款。`,
    ours: '我们无法接受此笔付款，未扣款。',
    notConfirmed: '银行未确认是您本人，未扣款。',
    reasons: {
      insufficient_funds: '原因是“余额不足”，用同一张卡重试通常不会成功。',
      expired_card: '银行表示此卡已过期。',
      incorrect_cvc: '银行表示安全码有误。',
      incorrect_number: '银行不认识此卡号。',
      transaction_not_allowed: '银行不允许用此卡进行此类付款。',
      card_velocity_exceeded: '此卡已达到今日限额。',
      issuer_not_available: '目前无法联系到发卡银行。',
      processing_error: '与银行的通信出现问题。',
      invalid_account: '此卡对应的账户已关闭。',
    } as Readonly<Record<string, string>>,
    noReason: '银行未说明原因，详情请咨询您的银行。',
    remedies: {
      other_card: '换一张卡',
      check_card: '请核对卡号、有效期和安全码后重新输入',
      try_again: '几分钟后用同一张卡重试，或换一张卡',
      confirm: '重新输入卡片，并在银行页面确认',
    },
  },
} as const;

/** A decline in words: what happened to the money first, then why, then what helps. */
export interface DeclineText {
  readonly title: string;
  readonly reason: string | null;
  readonly remedy: string;
}

/** Says what a try that failed means. `last4` is of the card that was tried, where it is known. */
export function declineText(language: Language, error: PaymentError, last4: string | null): DeclineText {
  const t = texts[language];
  const { code, declineCode } = error;
  if (code === 'payment_intent_authentication_failure' || code === 'setup_intent_authentication_failure') {
    return { title: t.notConfirmed, reason: null, remedy: t.remedies.confirm };
  }
  const isOurs = declineCode === 'blocked' || declineCode === 'highest_risk_level';
  if (isOurs) return { title: t.ours, reason: null, remedy: t.remedies.other_card };
  return {
    title: t.declined(last4),
    reason: (declineCode === null ? undefined : t.reasons[declineCode]) ?? t.noReason,
    remedy: t.remedies[declineCode === null ? 'other_card' : REMEDIES[declineCode]],
  };
}
