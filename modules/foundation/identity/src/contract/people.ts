import { emailAddress } from '@tpmall/mail/contract';
import { command, query } from '@tpmall/platform/contract';
import { z } from 'zod';
import { displayName, handle, id, locale, reason } from './fields.ts';

/** A language that people are written to in. */
export type Locale = 'en' | 'zh';

/** What somebody is to the house: buys, works for one merchant, or runs the house. */
export type Role = 'shopper' | 'merchant' | 'operator';

/** Somebody who signs in. The address is unique within a tenant, and so is the handle. */
export interface Person {
  /** `person_…` */
  readonly id: string;
  readonly tenant: string;
  /** In its normal form: lower case, the domain as it is in the DNS. */
  readonly email: string;
  /** What the person wants to be called; empty until they say. */
  readonly displayName: string;
  readonly locale: Locale;
  /** How others find them, without the `@`: 3 to 30 of a–z, 0–9, `_`, beginning with a letter. */
  readonly handle: string;
  /** Roles that hold now. */
  readonly memberships: readonly Membership[];
  readonly createdAt: number;
}

/** A role of a person. */
export interface Membership {
  readonly role: Role;
  /** The connected account that a merchant's person works for; null for the other roles. */
  readonly account: string | null;
}

/** What others may know of a person: no address. */
export type PublicPerson = Pick<Person, 'id' | 'handle' | 'displayName'>;

/** A role is of one account if it is a merchant's, and of none otherwise. */
const membership = z
  .strictObject({
    personId: id,
    role: z.enum(['shopper', 'merchant', 'operator']),
    account: id.nullable(),
    reason,
  })
  .refine(({ role, account }) => (role === 'merchant') === (account !== null), {
    path: ['account'],
    error: 'a merchant role names its account, and no other role does',
  });

/** Operations about people. */
export const peopleOperations = {
  /**
   * Makes a person with no role, or answers the one who has the address already. A shopper needs none of
   * this: they are made at their first sign-in.
   */
  createPerson: command<Person>()({
    input: z.strictObject({
      email: emailAddress,
      displayName,
      locale,
      /** Chosen by the house where it is not given. */
      handle: handle.optional(),
    }),
    codes: ['handle_taken', 'idempotency_mismatch'],
    callers: ['operator'],
  }),
  /** Changes what a person says of themselves; what is not given stays. Audited. */
  updatePerson: command<Person>()({
    input: z.strictObject({
      id,
      displayName: displayName.optional(),
      locale: locale.optional(),
      handle: handle.optional(),
    }),
    codes: ['not_found', 'handle_taken'],
    callers: ['operator', 'web'],
  }),
  findPerson: query<Person>()({
    input: z.strictObject({ id }),
    codes: ['not_found'],
    callers: ['operator', 'gateway', 'web', 'mall', 'wallet', 'checkout', 'payments'],
  }),
  /** By handle, with or without the `@`, in any case. */
  findPersonByHandle: query<PublicPerson>()({
    input: z.strictObject({ handle: z.string().min(1).max(64) }),
    codes: ['not_found'],
    callers: ['operator', 'gateway', 'web', 'wallet'],
  }),
  /** Gives a role; one that holds already stays as it is. Audited. */
  grantRole: command<Person>()({ input: membership, codes: ['not_found'], callers: ['operator'] }),
  /**
   * Takes a role and ends the sessions that were opened under it; an operator’s keys are refused. Audited.
   */
  revokeRole: command<Person>()({ input: membership, codes: ['not_found'], callers: ['operator'] }),
} as const;
