import type { Customer } from '@tpmall/payments/contract';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, refusal } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';
import { paymentMeanings } from './payment-errors.ts';

/** The customer as they are afterwards, or why not. */
type Replaced = { readonly customer: Customer } | { readonly refused: Answer };

/**
 * Saves a card for a customer in the place of the one they prefer, which is taken away, as older clients
 * mean it by `source` of a customer. Each step is a command that derives from the request's, and none of them
 * needs to know how far another run has come: a repetition after a crash goes on wherever that was.
 */
export function createReplaceSource({ ports }: Pick<GatewayEnvironment, 'ports'>) {
  return async ({ context }: Call, owner: Customer, card: string): Promise<Replaced> => {
    const { id, defaultPaymentMethod: old } = owner;
    const inner = (name: string) => ({ ...context, commandId: `${context.commandId}.${name}` });
    const saved = await ports.payments.attachPaymentMethod(inner('attach'), { id: card, customer: id });
    if (!saved.ok) return { refused: refusal(paymentMeanings.attachPaymentMethod, saved.error) };
    if (old !== null && old !== card) {
      // Before the new one is preferred: afterwards nobody would know which card had been.
      const taken = await ports.payments.detachPaymentMethod(inner('replace'), { id: old });
      if (!taken.ok && taken.error.code !== 'payment_method_not_attached') {
        return { refused: refusal(paymentMeanings.detachPaymentMethod, taken.error) };
      }
    }
    const preferred = await ports.payments.updateCustomer(inner('prefer'), {
      id,
      defaultPaymentMethod: card,
    });
    if (!preferred.ok) return { refused: refusal(paymentMeanings.updateCustomer, preferred.error) };
    return { customer: preferred.value };
  };
}
