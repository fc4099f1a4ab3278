import type { CodeOf } from '@tpmall/platform/contract';
import type { Card, vaultContract } from '@tpmall/vault/contract';
import { billingFromWire, type paymentMethodData } from '@tpmall/wire';
import type { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import type { Meanings } from '../pipeline/answer.ts';
import { type Answer, refusal, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';

/** A card as parameters name it: by its payment method, or described in place with a token. */
export interface CardParameters {
  readonly payment_method?: string | null | undefined;
  readonly payment_method_data?: z.infer<typeof paymentMethodData> | undefined;
}

/** The payment method that is meant, as far as one is; or why there is none. */
export type CardInput =
  | { readonly ok: true; readonly paymentMethod?: string | null }
  | { readonly ok: false; readonly refused: Answer };

type Operations = (typeof vaultContract)['operations'];

const noToken = { code: 'resource_missing', status: 400 } as const;

/** The meaning of every refusal of the vault, by operation. */
export const vaultMeanings = {
  findCard: { not_found: { code: 'resource_missing', param: 'id', status: 404 } },
  listCards: {},
  adoptTestCard: { not_found: noToken, idempotency_mismatch: 'idempotency_mismatch' },
  updateCard: {
    not_found: { code: 'resource_missing', param: 'id', status: 404 },
    not_attached: 'payment_method_unexpected_state',
    invalid_expiry_month: { code: 'invalid_expiry_month', param: 'card[exp_month]' },
    invalid_expiry_year: { code: 'invalid_expiry_year', param: 'card[exp_year]' },
    metadata_too_many_keys: { code: 'parameter_invalid_object', param: 'metadata' },
    idempotency_mismatch: 'idempotency_mismatch',
  },
} as const satisfies {
  readonly [Name in 'findCard' | 'listCards' | 'adoptTestCard' | 'updateCard']: Meanings<
    CodeOf<Operations[Name]>
  >;
};

/** Names of test cards: they stand for no card of the tenant's until one is made of them. */
const TEST_CARD = /^pm_card_\w/;

/** Finds the payment method that parameters mean. A token becomes a payment method of the tenant's own. */
export function createCardInput({ ports }: Pick<GatewayEnvironment, 'ports'>) {
  /** A card of the tenant's own, made of a test card; the same request makes the same one. */
  const adopt = async (
    call: Call,
    name: string,
    param: string,
    data?: Pick<z.infer<typeof paymentMethodData>, 'billing_details' | 'metadata' | 'allow_redisplay'>,
  ): Promise<
    { readonly ok: true; readonly card: Card } | { readonly ok: false; readonly refused: Answer }
  > => {
    const { billing_details: billing, metadata, allow_redisplay: allowRedisplay } = data ?? {};
    const context = { ...call.context, commandId: `${call.context.commandId}.card` };
    const made = await ports.vault.adoptTestCard(context, {
      name,
      ...(billing !== undefined && { billing: billingFromWire(billing) }),
      ...(metadata !== undefined && { metadata }),
      ...(allowRedisplay !== undefined && { allowRedisplay }),
    });
    if (made.ok) return { ok: true, card: made.value };
    return { ok: false, refused: refusal(vaultMeanings.adoptTestCard, made.error, () => param) };
  };

  /**
   * @param isKept whether the card will be saved: then a test card by name becomes one of the tenant's own
   *   first, so that the answer names the card that is saved
   */
  const read = async (call: Call, parameters: CardParameters, isKept: boolean): Promise<CardInput> => {
    const { payment_method: method, payment_method_data: data } = parameters;
    if (data !== undefined) {
      if (typeof method === 'string') {
        const message = 'send payment_method or payment_method_data, not both';
        return {
          ok: false,
          refused: refuse('parameters_exclusive', { message, param: 'payment_method_data' }),
        };
      }
      const made = await adopt(call, data.card.token, 'payment_method_data[card][token]', data);
      return made.ok ? { ok: true, paymentMethod: made.card.id } : made;
    }
    if (typeof method === 'string' && isKept && TEST_CARD.test(method)) {
      const made = await adopt(call, method, 'payment_method');
      return made.ok ? { ok: true, paymentMethod: made.card.id } : made;
    }
    return { ok: true, ...(method !== undefined && { paymentMethod: method }) };
  };

  return { adopt, read };
}
