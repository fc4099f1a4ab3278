import { catalogueContract } from '@tpmall/catalogue/contract';
import { checkoutContract } from '@tpmall/checkout/contract';
import { mailContract } from '@tpmall/mail/contract';
import { paymentsContract } from '@tpmall/payments/contract';

/** The contracts that this module calls. */
export const needs = {
  catalogue: catalogueContract,
  checkout: checkoutContract,
  mail: mailContract,
  payments: paymentsContract,
};
