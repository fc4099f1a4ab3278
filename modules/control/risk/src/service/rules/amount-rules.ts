import { currencyOf, formatAmount } from '@tpmall/kernel';
import type { RiskConfig } from '../../config.ts';
import type { RiskReason, RiskSubject } from '../../contract/index.ts';

/** Asks for more, or refuses, from the configured amounts of the payment's currency on. */
export function amountReasons(config: RiskConfig, subject: RiskSubject): RiskReason[] {
  const rule = config.amounts[subject.currency];
  if (!rule) return [];
  const { amount } = subject;
  const scores = config.amountScores;
  if (amount >= rule.refuseFrom)
    return [reason('refuse', 'amount.refuse', scores.refuse, rule.refuseFrom, subject)];
  if (rule.reviewFrom !== undefined && amount >= rule.reviewFrom) {
    return [reason('review', 'amount.review', scores.review, rule.reviewFrom, subject)];
  }
  if (amount >= rule.stepUpFrom) {
    return [reason('step_up', 'amount.step_up', scores.stepUp, rule.stepUpFrom, subject)];
  }
  return [];
}

function reason(
  action: RiskReason['action'],
  code: string,
  score: number,
  from: bigint,
  subject: RiskSubject,
): RiskReason {
  const currency = currencyOf(subject.currency);
  const unit = currency.code.toUpperCase();
  const amount = formatAmount(subject.amount, currency);
  return {
    code,
    message: `The amount of ${amount} ${unit} is at least ${formatAmount(from, currency)} ${unit}`,
    action,
    score,
  };
}
