import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { storeBooked } from '../store/verdicts.ts';
import type { Room } from './room.ts';

/** Books what an acquirer was taken to have refused; see the contract. */
export async function recordBooked(
  { db, clock }: Room,
  { tenant }: CallContext,
  { adviceId }: { readonly adviceId: string },
): Promise<Result<Record<string, never>, never>> {
  await storeBooked(db, { tenant, adviceId, at: clock.now() });
  return ok({});
}
