import type { RiskConfig, VelocityRule } from '../../config.ts';
import type { RiskReason, RiskSubject } from '../../contract/index.ts';
import type { Dimension, Features } from './features.ts';

/** Whether velocities are looked at for this card at all. */
export function velocityApplies(config: RiskConfig, subject: RiskSubject): boolean {
  return !config.velocityExemptBins.some((bin) => subject.cardBin.startsWith(bin));
}

/**
 * How many of the newest payments of a dimension must be read: one more than the largest count that passes.
 * Where there are more, a count rule has fired already, so a busy card costs no more than this.
 */
export function scanLimit(config: RiskConfig, by: Dimension): number {
  let largest = 0;
  for (const rule of config.velocity) if (rule.by === by) largest = Math.max(largest, rule.maxCount + 1);
  return largest;
}

/** Judges counts and sums of the card, the customer and the address, this payment included. */
export function velocityReasons(config: RiskConfig, subject: RiskSubject, features: Features): RiskReason[] {
  if (!velocityApplies(config, subject)) return [];
  return config.velocity.flatMap((rule) => judge(config, rule, subject, features));
}

function judge(
  config: RiskConfig,
  rule: VelocityRule,
  subject: RiskSubject,
  features: Features,
): RiskReason[] {
  if (rule.by === 'customer' && subject.customer === undefined) return [];
  if (rule.by === 'ip' && subject.ip === undefined) return [];
  const before = features.velocities[rule.by][rule.window];
  const count = before.count + 1;
  const code = `velocity.${rule.by}.${rule.window}`;
  const { action, score } = rule;
  if (count > rule.maxCount) {
    return [
      {
        code,
        action,
        score,
        message: `${count} or more payments of this ${rule.by} in ${rule.window}, more than ${rule.maxCount}`,
      },
    ];
  }
  const stepUpFrom = config.amounts[subject.currency]?.stepUpFrom;
  if (rule.maxSumInStepUps === undefined || stepUpFrom === undefined) return [];
  const cap = stepUpFrom * BigInt(rule.maxSumInStepUps);
  const sum = before.sum + subject.amount;
  if (sum <= cap) return [];
  const paid = `${sum} minor units of ${subject.currency}`;
  const message = `The ${rule.by} pays ${paid} in ${rule.window}, more than ${cap}`;
  return [{ code: `${code}.sum`, action, score, message }];
}
