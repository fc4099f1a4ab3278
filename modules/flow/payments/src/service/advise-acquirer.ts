import { assert } from '@tpmall/kernel';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord } from './records.ts';

/**
 * Tells the acquirer of a capture. Of what a wallet pays nobody has to be told: the posting beside it is all
 * there is.
 *
 * @returns false where it is not known whether it was told; repeat it then
 */
export async function adviseCapture(
  deps: PaymentsDeps,
  behalf: Behalf,
  charge: ChargeRecord,
  commandId: string,
  capture: { readonly amount: bigint; readonly final: boolean },
): Promise<boolean> {
  if (charge.wallet !== null) return true;
  const { authorisationId } = charge;
  assert(authorisationId !== null, 'what is captured was authorised');
  const context = callContext(deps, behalf, `${commandId}.capture`);
  const { amount, final } = capture;
  const advised = await deps.ports.acquiring.capture(context, { authorisationId, amount, final });
  if (advised.ok) return true;
  if (isUndecided(advised.error)) return false;
  throw new Error(`acquiring refuses the capture of ${charge.id}: ${advised.error.code}`);
}

/** The same for the release of a hold. */
export async function adviseRelease(
  deps: PaymentsDeps,
  behalf: Behalf,
  charge: ChargeRecord,
  commandId: string,
): Promise<boolean> {
  if (charge.wallet !== null) return true;
  const { authorisationId } = charge;
  assert(authorisationId !== null, 'what is held was authorised');
  const context = callContext(deps, behalf, `${commandId}.release`);
  const reversed = await deps.ports.acquiring.release(context, { authorisationId });
  if (reversed.ok) return true;
  if (isUndecided(reversed.error)) return false;
  throw new Error(`acquiring refuses the release of ${charge.id}: ${reversed.error.code}`);
}
