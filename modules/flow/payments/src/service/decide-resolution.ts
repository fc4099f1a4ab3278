import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { DecisionCode } from '@tpmall/platform/dual-control';
import { type ResolutionRecord, resolutions } from '../store/resolutions.ts';
import { applyResolution } from './apply-resolution.ts';
import type { PaymentsDeps } from './deps.ts';

/** Another person agrees: it is carried out at once, or by the sweep where a part of the system is away. */
export async function confirmResolution(
  deps: PaymentsDeps,
  context: CallContext,
  input: { readonly id: string; readonly reason?: string | undefined },
): Promise<Result<ResolutionRecord, DecisionCode>> {
  const decided = await resolutions.confirm(deps, context, input);
  if (!decided.ok || decided.value.state !== 'confirmed') return decided;
  await applyResolution(deps, decided.value);
  const record = await resolutions.find(deps, context.tenant, input.id);
  return record ? ok(record) : err('not_found', `there is no resolution ${input.id}`, { field: 'id' });
}
