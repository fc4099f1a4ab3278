import { err, ok, type Result } from '@tpmall/kernel';
import type { CardToken } from '../contract/index.ts';
import { findTokenById } from '../store/tokens.ts';
import type { VaultEnvironment } from './environment.ts';
import { viewToken } from './token-view.ts';

/** A token by its id. Other tenants' tokens are not found. */
export async function findToken(
  { db, tenantKeys }: Pick<VaultEnvironment, 'db' | 'tenantKeys'>,
  tenant: string,
  id: string,
): Promise<Result<CardToken, 'not_found'>> {
  const token = await findTokenById(db, id, tenant);
  if (!token) return err('not_found', `No such token: '${id}'`, { field: 'id' });
  return ok(await viewToken(token, tenantKeys));
}
