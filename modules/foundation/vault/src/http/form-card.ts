import type { Random } from '@tpmall/kernel';
import type { TypedCard } from '../card/typed-card.ts';
import type { Card, CardToken, ConfirmationTerms } from '../contract/index.ts';
import { NO_BILLING } from '../service/card-view.ts';
import type { VaultEnvironment } from '../service/environment.ts';
import { makeToken } from '../service/make-token.ts';
import { tokeniseCard } from '../service/tokenise-card.ts';
import type { CardForm } from './card-page-request.ts';

const NONCE_BYTES = 16;

/** The mark of one showing of a form. */
export function drawNonce(random: Random): string {
  return Buffer.from(random.bytes(NONCE_BYTES)).toString('base64url');
}

/** A card that came in by a form. */
export interface FormCard {
  readonly tenant: string;
  readonly actor: string;
  readonly form: Pick<CardForm, 'nonce' | 'name'>;
  readonly card: TypedCard;
}

/**
 * Keeps the card of a form. One showing of a form and one card are one command, however often they are sent;
 * who goes back and types another card gets that one, not the first.
 */
export async function takeFormCard(environment: VaultEnvironment, taken: FormCard): Promise<Card> {
  const { tenant, actor, form, card } = taken;
  const expiry = `${card.expMonth}/${card.expYear}`;
  const parts = ['card-form', form.nonce, card.pan.reveal(), expiry, form.name];
  const mark = await environment.keyStore.sign(parts);
  const vaulted = await tokeniseCard(environment, {
    ...{ tenant, actor, card, reason: 'card form' },
    commandId: `form:${mark.toString('hex')}`,
    details: { billing: { ...NO_BILLING, name: form.name.trim() || null }, metadata: {} },
  });
  if (!vaulted.ok) throw new Error(`the form's command is bound to its card: ${vaulted.error.message}`);
  return vaulted.value.card;
}

/**
 * Keeps the card of a form and makes a token of it, with terms a confirmation token. The same form makes the
 * same token, however often it is sent: one that was used is not made good again by going back.
 */
export async function takeFormToken(
  environment: VaultEnvironment,
  taken: FormCard,
  terms: ConfirmationTerms | null,
): Promise<CardToken> {
  const { id: card } = await takeFormCard(environment, taken);
  const parts = ['card-form-token', taken.form.nonce, card, JSON.stringify(terms)];
  const mark = await environment.keyStore.sign(parts);
  const commandId = `form:${mark.toString('hex')}`;
  const made = await makeToken(environment, { tenant: taken.tenant, commandId, card, terms });
  if (!made.ok) throw new Error(`the token's command is bound to what it is of: ${made.error.message}`);
  return made.value;
}
