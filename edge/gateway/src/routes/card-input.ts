import type { CodeOf } from '@tpmall/platform/contract';
import type { Card, ConfirmationTerms, vaultContract } from '@tpmall/vault/contract';
import { billingFromWire, errorCatalogue, errorStatus, type paymentMethodData } from '@tpmall/wire';
import type { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import type { Meanings } from '../pipeline/answer.ts';
import { type Answer, cursorMeanings, refusal, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';

/** A card as parameters name it: by its payment method, described in place with a token, or agreed to. */
export interface CardParameters {
  readonly payment_method?: string | null | undefined;
  readonly payment_method_data?: z.infer<typeof paymentMethodData> | undefined;
  readonly confirmation_token?: string | undefined;
}

/** What parameters mean. */
export interface MeantCard {
  /** Absent where nothing is said of it; null takes it away. */
  readonly paymentMethod?: string | null;
  /** What its shopper has agreed to besides, by a confirmation token. */
  readonly terms: ConfirmationTerms | null;
}

/** A token to use up. */
interface TokenInput {
  readonly id: string;
  /** The parameter that names it. */
  readonly param: string;
  readonly data?: Pick<z.infer<typeof paymentMethodData>, 'billing_details' | 'metadata' | 'allow_redisplay'>;
  /** The intent that a confirmation token is used for, where it is there already. */
  readonly usedFor?: string | undefined;
}

type Operations = (typeof vaultContract)['operations'];
type Taken =
  | { readonly ok: true; readonly card: Card; readonly terms: ConfirmationTerms | null }
  | { readonly ok: false; readonly refused: Answer };

const noToken = { code: 'resource_missing', status: 400 } as const;

/** The meaning of every refusal of the vault, by operation. */
export const vaultMeanings = {
  findCard: { not_found: { code: 'resource_missing', param: 'id', status: 404 } },
  findCards: {},
  listCards: cursorMeanings,
  listCardsOfCustomers: {},
  adoptTestCard: { not_found: noToken, idempotency_mismatch: 'idempotency_mismatch' },
  createTestToken: { not_found: noToken, idempotency_mismatch: 'idempotency_mismatch' },
  createConfirmationToken: {
    not_found: { code: 'resource_missing', param: 'payment_method', status: 400 },
    detached: { code: 'payment_method_unexpected_state', param: 'payment_method' },
    idempotency_mismatch: 'idempotency_mismatch',
  },
  findToken: { not_found: { code: 'resource_missing', param: 'id', status: 404 } },
  redeemToken: {
    not_found: noToken,
    token_used: 'token_already_used',
    token_expired: 'token_expired',
    idempotency_mismatch: 'idempotency_mismatch',
  },
  updateCard: {
    not_found: { code: 'resource_missing', param: 'id', status: 404 },
    not_attached: 'payment_method_unexpected_state',
    invalid_expiry_month: { code: 'invalid_expiry_month', param: 'card[exp_month]' },
    invalid_expiry_year: { code: 'invalid_expiry_year', param: 'card[exp_year]' },
    metadata_too_many_keys: { code: 'parameter_invalid_object', param: 'metadata' },
    idempotency_mismatch: 'idempotency_mismatch',
  },
} as const satisfies {
  readonly [Name in Exclude<
    keyof Operations,
    'attachCard' | 'detachCard' | 'detokenise' | 'openCardForm' | 'rotateKey' | 'settleToken'
  >]: Meanings<CodeOf<Operations[Name]>>;
};

/** Names of test cards: they stand for no card of the tenant's until one is made of them. */
const TEST_CARD = /^pm_card_\w/;
/** Tokens that the vault has made; test cards have tokens by name besides. */
const VAULT_TOKEN = /^(?:tok|ctoken)_[0-9a-z]{26}$/;

/**
 * Finds the payment method that parameters mean. A token becomes a payment method of the tenant's own, once.
 */
export function createCardInput({ ports, log }: Pick<GatewayEnvironment, 'ports' | 'log'>) {
  /** Uses a token up, or makes a card of a test card; the same request gets the same card. */
  const take = async (call: Call, { id, param, data, usedFor }: TokenInput): Promise<Taken> => {
    const { billing_details: billing, metadata, allow_redisplay: allowRedisplay } = data ?? {};
    const said = {
      ...(billing !== undefined && { billing: billingFromWire(billing) }),
      ...(metadata !== undefined && { metadata }),
      ...(allowRedisplay !== undefined && { allowRedisplay }),
    };
    const refused = (answer: Answer): Taken => ({ ok: false, refused: answer });
    if (VAULT_TOKEN.test(id)) {
      const input = { id, ...said, ...(usedFor !== undefined && { usedFor }) };
      const used = await ports.vault.redeemToken(cardContext(call), input);
      if (used.ok) return { ok: true, card: used.value.card, terms: used.value.terms };
      return refused(refusal(vaultMeanings.redeemToken, used.error, () => param));
    }
    const made = await ports.vault.adoptTestCard(cardContext(call), { name: id, ...said });
    if (made.ok) return { ok: true, card: made.value, terms: null };
    return refused(refusal(vaultMeanings.adoptTestCard, made.error, () => param));
  };

  /** Says what a token was used for, where that is known only now; gives back one that nothing came of. */
  const settle = async (call: Call, { id, usedFor: known }: TokenInput, told: Answer): Promise<void> => {
    if (!VAULT_TOKEN.test(id)) return;
    const usedFor = isUntried(told) ? null : intentOf(told);
    const isTold =
      usedFor === undefined || (usedFor !== null && (known !== undefined || id.startsWith('tok_')));
    if (isTold) return;
    const settled = await ports.vault.settleToken(cardContext(call), { id, usedFor });
    if (!settled.ok)
      log.warn({ token: id, reason: settled.error.code }, 'the use of a token was not settled');
  };

  /** Runs an operation with the card of a token, which is used up by it unless it is refused untried. */
  const withToken = async (
    call: Call,
    token: TokenInput,
    run: (taken: Taken & { ok: true }) => Promise<Answer>,
  ): Promise<Answer> => {
    const taken = await take(call, token);
    if (!taken.ok) return taken.refused;
    const told = await run(taken);
    await settle(call, token, told);
    return told;
  };

  /**
   * Runs an operation with the card that its parameters mean; see {@link withToken}.
   *
   * @param options.isKept whether the card will be saved: then a test card by name becomes one of the
   *   tenant's own first, so that the answer names the card that is saved
   */
  const withCard = async (
    call: Call,
    parameters: CardParameters,
    options: { readonly isKept: boolean; readonly usedFor?: string },
    run: (meant: MeantCard) => Promise<Answer>,
  ): Promise<Answer> => {
    const { payment_method: method, payment_method_data: data, confirmation_token: agreed } = parameters;
    if (data !== undefined && typeof method === 'string') {
      const message = 'payment_method_data excludes payment_method';
      return refuse('parameters_exclusive', { message, param: 'payment_method_data' });
    }
    if (data !== undefined && data.card === undefined && agreed === undefined) {
      const message =
        'payment_method_data names a card by its token, or says more of a confirmation token’s card';
      return refuse('parameter_missing', { message, param: 'payment_method_data[card]' });
    }
    if (agreed !== undefined && !agreed.startsWith('ctoken_')) {
      const message = `No such confirmation_token: '${agreed}'`;
      return refuse('resource_missing', { ...noToken, message, param: 'confirmation_token' });
    }
    const named = (terms: ConfirmationTerms | null, isKept: boolean): Promise<Answer> => {
      const token = data?.card
        ? { id: data.card.token, param: 'payment_method_data[card][token]', data }
        : testCardToKeep(method, isKept);
      if (token) return withToken(call, token, ({ card }) => run({ paymentMethod: card.id, terms }));
      return run({ ...(method !== undefined && { paymentMethod: method }), terms });
    };
    if (agreed === undefined) return named(null, options.isKept);
    const isNamed = typeof method === 'string' || data?.card !== undefined;
    const said = isNamed || data === undefined ? {} : { data };
    const token = { id: agreed, param: 'confirmation_token', usedFor: options.usedFor, ...said };
    return withToken(call, token, ({ card, terms }) =>
      // What the request says itself comes first, the card too.
      isNamed
        ? named(terms, options.isKept || (terms?.setupFutureUsage ?? null) !== null)
        : run({ paymentMethod: card.id, terms }),
    );
  };

  /** The same with a token as older clients name it; a payment method is none. */
  const withSource = async (
    call: Call,
    source: string,
    metadata: Readonly<Record<string, string>> | undefined,
    run: (taken: Taken & { ok: true }) => Promise<Answer>,
  ): Promise<Answer> => {
    if (!source.startsWith('tok_')) {
      const message = `No such token: '${source}'`;
      return refuse('resource_missing', { message, param: 'source', status: 400 });
    }
    return withToken(call, { id: source, param: 'source', ...(metadata && { data: { metadata } }) }, run);
  };

  return { withToken, withCard, withSource };
}

/** A test card by its name that will be kept: one of the tenant's own is made of it. */
function testCardToKeep(method: string | null | undefined, isKept: boolean): TokenInput | undefined {
  if (typeof method !== 'string' || !isKept || !TEST_CARD.test(method)) return undefined;
  return { id: method, param: 'payment_method' };
}

/** A card's commands are derived from the request's, so that a repetition gets the same card. */
function cardContext({ context }: Call): Call['context'] {
  return { ...context, commandId: `${context.commandId}.card` };
}

/** Whether a request was refused for what it says, with no card tried and nothing changed. */
function isUntried(told: Answer): boolean {
  if (told.kind !== 'error') return false;
  const status = errorStatus(told.error);
  const isCards = errorCatalogue[told.error.code].type === 'card_error';
  return !isCards && status < 500 && status !== 409 && status !== 429;
}

/** The intent of an answer, declines included; undefined where there is none. */
function intentOf(told: Answer): string | undefined {
  const said =
    told.kind === 'error'
      ? (told.error.paymentIntent ?? told.error.setupIntent)
      : told.kind === 'json'
        ? told.body
        : undefined;
  const { id } = (said ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' && /^(?:pi|seti)_/.test(id) ? id : undefined;
}
