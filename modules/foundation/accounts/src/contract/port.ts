import {
  command,
  defineContract,
  idsInput,
  type Page,
  pageCodes,
  pageInput,
  query,
} from '@tpmall/platform/contract';
import { z } from 'zod';

/** An account that takes part in payments: the platform itself, or a merchant connected to it. */
export interface PartyAccount {
  /** `acct_…` */
  readonly id: string;
  /** The platform account it belongs to; its own id for a platform. */
  readonly tenant: string;
  readonly kind: 'platform' | 'merchant';
  readonly name: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly defaultCurrency: string;
  readonly email: string | null;
  /** Shown on shoppers' statements. */
  readonly statementDescriptor: string;
  readonly capabilities: { readonly cardPayments: boolean; readonly transfers: boolean };
  /** The platform's commission where a payment does not say: hundredths of a percent, and a fixed part. */
  readonly feePlan: { readonly basisPoints: number; readonly fixed: bigint };
  readonly createdAt: number;
}

const id = z.string().min(1).max(64);

/** Who takes part: platforms and their merchants, their capabilities and fee plans. */
export const accountsContract = defineContract({
  module: 'accounts',
  version: 1,
  operations: {
    createPlatform: command<PartyAccount>()({
      input: z.strictObject({
        name: z.string().min(1).max(100),
        country: z.string().length(2),
        defaultCurrency: z.string().regex(/^[a-z]{3}$/),
      }),
      callers: ['operator'],
    }),
    createMerchant: command<PartyAccount>()({
      input: z.strictObject({
        name: z.string().min(1).max(100),
        country: z.string().length(2),
        defaultCurrency: z.string().regex(/^[a-z]{3}$/),
        email: z.email().max(320).nullable(),
        statementDescriptor: z.string().min(5).max(22),
        feePlan: z.strictObject({
          basisPoints: z.number().int().min(0).max(10_000),
          fixed: z.bigint().min(0n),
        }),
      }),
      callers: ['operator', 'gateway'],
    }),
    /**
     * The platform of an instance that has one: of several, the one that was there first. For whoever has
     * not said yet whose people they are.
     */
    findHome: query<PartyAccount>()({
      input: z.strictObject({}),
      codes: ['not_found'],
      callers: ['gateway'],
    }),
    /** Several accounts at once; those that do not exist for this tenant are left out. */
    findAccounts: query<readonly PartyAccount[]>()({
      input: z.strictObject(idsInput(id)),
      callers: ['gateway', 'payments', 'catalogue', 'checkout', 'web'],
    }),
    listMerchants: query<Page<PartyAccount>>()({
      input: z.strictObject(pageInput(id)),
      codes: pageCodes,
      callers: ['gateway', 'operator'],
    }),
  },
});
