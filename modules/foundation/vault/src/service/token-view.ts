import type { CardToken } from '../contract/index.ts';
import { openTerms } from '../envelope/card-cipher.ts';
import type { TenantKeys } from '../envelope/tenant-keys.ts';
import type { ReadToken } from '../store/tokens.ts';
import { viewReadCard } from './card-view.ts';

/** A token as others may see it, with its card. */
export async function viewToken(token: ReadToken, tenantKeys: TenantKeys): Promise<CardToken> {
  const { id, tenant, createdAt, expiresAt, usedBy, usedFor } = token;
  const card = await viewReadCard(token.card, tenant, tenantKeys);
  const terms = token.sealed && (await openSealed(token.tenant, token.id, token.sealed, tenantKeys));
  return { id, tenant, card, terms, createdAt, expiresAt, used: usedBy !== null, usedFor };
}

async function openSealed(
  tenant: string,
  token: string,
  { keyVersion, wrapped, terms }: NonNullable<ReadToken['sealed']>,
  tenantKeys: TenantKeys,
): Promise<CardToken['terms']> {
  const key = await tenantKeys.unwrap(tenant, keyVersion, wrapped);
  return openTerms(key, { tenant, token, keyVersion }, terms);
}
