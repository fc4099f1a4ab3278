import { err, ok, type Result } from '@tpmall/kernel';
import type { Charge } from '@tpmall/payments/contract';
import { chargeToWire, type WireCharge } from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { mayCall } from '../pipeline/authenticate.ts';
import type { Call } from '../pipeline/route.ts';

/** Where billing details are read by themselves: who may not read them there is not shown them here. */
const METHODS = { access: 'secret', method: 'GET', path: '/v1/payment_methods' } as const;

/** Whether whoever calls may read cards and whose they are. */
export function mayReadCards({ principal }: Call): boolean {
  return principal !== undefined && mayCall(METHODS, principal);
}

/**
 * Puts charges on the wire, with the billing details of the cards that paid as the vault has them now: of a
 * card that was erased there are none. They cost one read, however many charges there are.
 */
export function createChargeView({ ports, view }: Pick<GatewayEnvironment, 'ports' | 'view'>) {
  return async (call: Call, charges: readonly Charge[]): Promise<Result<WireCharge[], 'unavailable'>> => {
    const mayRead = mayReadCards(call);
    const methods = charges.flatMap(({ card, paymentMethod }) => (card && mayRead ? [paymentMethod] : []));
    if (methods.length === 0) return ok(charges.map((charge) => chargeToWire(charge, view)));
    const found = await ports.vault.findCards(call.context, { ids: [...new Set(methods)] });
    // What cannot be read now must not look as if it were gone.
    if (!found.ok) return err('unavailable', `billing details cannot be read now: ${found.error.message}`);
    const billings = new Map(found.value.map(({ id, billing }) => [id, billing]));
    return ok(charges.map((charge) => chargeToWire(charge, view, billings.get(charge.paymentMethod))));
  };
}
