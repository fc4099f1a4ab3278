import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, encode, type InputOf } from '@tpmall/platform/contract';
import type { CardToken, vaultContract } from '../contract/index.ts';
import { audited } from '../store/card-rows.ts';
import { findCommand } from '../store/commands.ts';
import { findTokenById, type ReadToken, settleUse, takeToken } from '../store/tokens.ts';
import { openReadDetails } from './card-view.ts';
import { sealDetailsOf } from './change-card.ts';
import type { VaultEnvironment } from './environment.ts';
import { viewToken } from './token-view.ts';
import { withBilling } from './update-card.ts';

type Operations = (typeof vaultContract)['operations'];
type Input = InputOf<Operations['redeemToken']>;
type Code = 'not_found' | 'token_used' | 'token_expired' | 'idempotency_mismatch' | 'unavailable';

/** How often a use looks again when the card changed under it. */
const TRIES_MAX = 5;

/** Uses a token up for one command, and sets what the command says of its card. */
export async function redeemToken(
  environment: VaultEnvironment,
  context: CallContext,
  input: Input,
): Promise<Result<CardToken, Code>> {
  const { db, clock, tenantKeys } = environment;
  const { tenant, commandId, actor } = context;
  const requestHash = createHash('sha256').update('redeem\n').update(encode(input)).digest();
  const command = { id: commandId, at: clock.now(), requestHash };
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const token = await findTokenById(db, input.id, tenant);
    if (!token) return err('not_found', `No such token: '${input.id}'`, { field: 'id' });
    const seen = await findCommand(db, tenant, commandId);
    if (seen && !seen.equals(requestHash)) {
      return err('idempotency_mismatch', 'this command was given before, for something else');
    }
    if (token.usedBy === commandId) return ok(await viewToken(token, tenantKeys));
    const refused = refuse(token, command.at);
    if (refused) return refused;
    const reason = token.sealed ? 'confirmation token' : 'token';
    const taken = await takeToken(db, {
      ...{ token, command, usedFor: input.usedFor ?? null },
      details: await detailsAfter(environment, token, input),
      allowRedisplay: input.allowRedisplay ?? null,
      events: [audited({ actor, action: 'card.token_used', subject: token.card.id, reason, detail: {} })],
    });
    if (!taken) continue;
    const used = await findTokenById(db, input.id, tenant);
    if (used) return ok(await viewToken(used, tenantKeys));
  }
  return err('unavailable', `the card of token ${input.id} changes too fast; try again`);
}

/** Says what the command that used a token came to. */
export async function settleToken(
  { db }: Pick<VaultEnvironment, 'db'>,
  { tenant, commandId }: CallContext,
  { id, usedFor }: InputOf<Operations['settleToken']>,
): Promise<Result<Record<string, never>, never>> {
  await settleUse(db, { id, tenant }, commandId, usedFor);
  return ok({});
}

function refuse(token: ReadToken, now: number): Result<never, Code> | undefined {
  const { id, card } = token;
  if (token.usedBy !== null) return err('token_used', `token ${id} was used before`, { field: 'id' });
  if (token.expiresAt <= now) return err('token_expired', `token ${id} has expired`, { field: 'id' });
  if (card.detachedAt === null && card.erasedAt === null) return undefined;
  return err('not_found', `the card of token ${id} was taken away`, { field: 'id' });
}

/** What lies sealed of the card afterwards; null where nothing is said of it. */
async function detailsAfter(
  environment: VaultEnvironment,
  { card }: ReadToken,
  { billing, metadata }: Input,
): Promise<Buffer | null> {
  if (billing === undefined && metadata === undefined) return null;
  const before = await openReadDetails(card, environment.tenantKeys);
  return sealDetailsOf(environment, card, {
    billing: withBilling(before.billing, billing),
    metadata: metadata ?? before.metadata,
  });
}
