import type { RiskConfig } from '../../config.ts';
import type { RiskAction, RiskReason, RiskSubject } from '../../contract/index.ts';
import { amountReasons } from './amount-rules.ts';
import type { Features } from './features.ts';
import { allowReasons, blockReasons } from './list-rules.ts';
import { velocityReasons } from './velocity-rules.ts';

/** From the mildest to the strictest. */
export const STRICTNESS: readonly RiskAction[] = ['allow', 'step_up', 'review', 'refuse'];

/** A decision that has not been recorded yet. */
export interface Verdict {
  readonly action: RiskAction;
  readonly score: number;
  readonly reasons: readonly RiskReason[];
}

/**
 * Decides, as a pure function of rules, payment and features. The action is the strictest reason's. An allow
 * list lifts amount and velocity reasons (they stay on record, without effect) and never a block list.
 */
export function decide(config: RiskConfig, subject: RiskSubject, features: Features): Verdict {
  const allowed = allowReasons(features);
  const rules = [...amountReasons(config, subject), ...velocityReasons(config, subject, features)];
  const judged = allowed.length > 0 ? rules.map(lifted) : rules;
  const reasons = [...blockReasons(features), ...allowed, ...judged];
  let strictest = 0;
  let score = 0;
  for (const reason of reasons) {
    strictest = Math.max(strictest, STRICTNESS.indexOf(reason.action));
    score += reason.score;
  }
  return { action: STRICTNESS[strictest] ?? 'refuse', score: Math.min(score, 100), reasons };
}

function lifted(reason: RiskReason): RiskReason {
  return { ...reason, action: 'allow', score: 0, message: `${reason.message} (lifted by the allow list)` };
}
