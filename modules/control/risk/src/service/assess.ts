import { assert, type Clock, type IdSource, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { RiskConfig } from '../config.ts';
import type { RiskDecision, RiskSubject } from '../contract/index.ts';
import { type createDecisionStore, findDecisionByCommand } from '../store/decisions.ts';
import type { createFeatureReader } from '../store/features.ts';
import { decide } from './rules/decide.ts';
import { listKeys } from './rules/list-rules.ts';
import { scanLimit, velocityApplies } from './rules/velocity-rules.ts';

/** What deciding needs. */
export interface AssessDeps {
  readonly db: Database;
  readonly readFeatures: ReturnType<typeof createFeatureReader>;
  readonly storeDecision: ReturnType<typeof createDecisionStore>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly config: RiskConfig;
}

/**
 * Decides about a payment and records the decision with its subject and features: one read, one commit, each
 * shared with the assessments that run at the same time. A command that has decided before answers the
 * recorded decision.
 *
 * Assessments in flight do not see each other, whether they share a statement or not: n of them can pass a
 * velocity by n − 1.
 */
export async function assess(
  { db, readFeatures, storeDecision, clock, ids, config }: AssessDeps,
  context: CallContext,
  subject: RiskSubject,
): Promise<Result<RiskDecision>> {
  const { tenant, commandId } = context;
  const at = clock.now();
  const counts = velocityApplies(config, subject);
  const { recorded, features } = await readFeatures({
    at,
    tenant,
    commandId,
    subject,
    keys: listKeys(subject),
    limits: {
      card: counts ? scanLimit(config, 'card') : 0,
      customer: counts ? scanLimit(config, 'customer') : 0,
      ip: counts ? scanLimit(config, 'ip') : 0,
    },
  });
  if (recorded) return ok(recorded);
  const decision: RiskDecision = { id: ids.next('rd'), ...decide(config, subject, features) };
  if (await storeDecision({ at, tenant, commandId, decision, subject, features })) return ok(decision);
  const first = await findDecisionByCommand(db, tenant, commandId);
  assert(first, 'a command that cannot decide twice has decided once');
  const { id, action, score, reasons } = first;
  return ok({ id, action, score, reasons });
}
