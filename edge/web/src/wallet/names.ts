import type { WebEnvironment } from '../environment.ts';
import type { Purse } from './purse.ts';

/** How the people behind other wallets are called, by the wallet's id; who cannot be read is left out. */
export async function namesOf(
  { ports }: WebEnvironment,
  { context }: Purse,
  entries: readonly { readonly counterparty: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(entries.flatMap(({ counterparty }) => counterparty ?? []));
  const named = await Promise.all(
    [...ids].map(async (id): Promise<[string, string][]> => {
      const wallet = await ports.wallet.findWallet(context(), { id });
      const person = wallet.ok && (await ports.identity.findPerson(context(), { id: wallet.value.person }));
      return person && person.ok ? [[id, `@${person.value.handle}`]] : [];
    }),
  );
  return new Map(named.flat());
}
