import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, PlatformCode } from '@tpmall/platform/contract';
import { storeEvent } from '../store/refunds.ts';
import {
  findResolutionRecord,
  lockResolution,
  type ResolutionRecord,
  storeDecision,
} from '../store/resolutions.ts';
import { applyResolution } from './apply-resolution.ts';
import { claimFor, once } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import { resolutionAudit } from './resolution-audit.ts';

/** What a decision can be refused with. */
export type DecisionCode =
  | 'not_found'
  | 'same_person'
  | 'resolution_decided'
  | 'idempotency_mismatch'
  | PlatformCode;

interface Input {
  readonly id: string;
  readonly reason?: string | undefined;
}

/** Another person agrees: it is carried out at once, or by the sweep where a part of the system is away. */
export async function confirmResolution(
  deps: PaymentsDeps,
  context: CallContext,
  input: Input,
): Promise<Result<ResolutionRecord, DecisionCode>> {
  const decided = await decide(deps, context, input, 'confirmed');
  if (!decided.ok || decided.value.state !== 'confirmed') return decided;
  await applyResolution(deps, decided.value);
  return found(deps, context.tenant, input.id);
}

/** Another person disagrees: nothing changes. */
export function rejectResolution(
  deps: PaymentsDeps,
  context: CallContext,
  input: Input,
): Promise<Result<ResolutionRecord, DecisionCode>> {
  return decide(deps, context, input, 'rejected');
}

function decide(
  deps: PaymentsDeps,
  context: CallContext,
  input: Input,
  decision: 'confirmed' | 'rejected',
): Promise<Result<ResolutionRecord, DecisionCode>> {
  const { tenant, actor } = context;
  const claim = claimFor(context, `resolution-${decision}`, input, deps.clock.now());
  return once<ResolutionRecord, DecisionCode>(deps.db, claim, {
    work: async (tx) => {
      const proposed = await lockResolution(tx, tenant, input.id);
      if (!proposed) return missing(input.id);
      if (proposed.proposedBy === actor) {
        return err('same_person', 'whoever proposed a resolution cannot decide about it', { field: 'id' });
      }
      if (proposed.state !== 'proposed') {
        return err('resolution_decided', `resolution ${input.id} is ${proposed.state}`, { field: 'id' });
      }
      const record: ResolutionRecord = {
        ...proposed,
        state: decision,
        decidedBy: actor,
        decidedAt: claim.at,
        decisionReason: input.reason ?? null,
      };
      await storeDecision(tx, record);
      await storeEvent(tx, tenant, claim.at, resolutionAudit(record, decision, actor));
      return ok(record);
    },
    repeat: () => found(deps, tenant, input.id),
  });
}

async function found(
  deps: PaymentsDeps,
  tenant: string,
  id: string,
): Promise<Result<ResolutionRecord, DecisionCode>> {
  const record = await findResolutionRecord(deps.db, tenant, id);
  return record ? ok(record) : missing(id);
}

function missing(id: string): Result<never, 'not_found'> {
  return err('not_found', `there is no resolution ${id}`, { field: 'id' });
}
