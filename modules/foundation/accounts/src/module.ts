import { err, ok } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { accountsConfig } from './config.ts';
import { accountsContract } from './contract/index.ts';
import { createFindAccounts } from './service/find-accounts.ts';
import { openAccount } from './service/open-account.ts';
import { findFirstPlatform, listMerchants } from './store/accounts.ts';

/** A statement descriptor has at least as many characters (the rule of the card networks is 5 to 22). */
const DESCRIPTOR_LENGTH = { least: 5, most: 22 } as const;

/** Who takes part: platforms and their merchants. */
export const accounts = defineModule({
  name: 'accounts',
  contract: accountsContract,
  needs: {},
  config: accountsConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, ids }) {
    const findAccounts = createFindAccounts(db, clock);
    return {
      implementation: {
        createPlatform: (context, input) =>
          openAccount({ db, clock, ids }, context, {
            ...input,
            kind: 'platform',
            email: null,
            statementDescriptor: descriptorOf(input.name),
            feePlan: { basisPoints: 0, fixed: 0n },
          }),
        createMerchant: (context, input) =>
          openAccount({ db, clock, ids }, context, { ...input, kind: 'merchant' }),
        findHome: async () => {
          const home = await findFirstPlatform(db);
          return home ? ok(home) : err('not_found', 'there is no platform yet');
        },
        findAccounts: async (context, input) => ok(await findAccounts(context.tenant, input.ids)),
        listMerchants: ({ tenant }, input) => listMerchants(db, tenant, input),
      },
    };
  },
});

/** What statements show for a platform that named nothing else. */
function descriptorOf(name: string): string {
  const letters = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9 .&-]/g, '')
    .slice(0, DESCRIPTOR_LENGTH.most)
    .trim();
  return letters === '' ? 'TPMALL' : letters.padEnd(DESCRIPTOR_LENGTH.least, '.');
}
