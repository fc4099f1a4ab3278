import type { CatalogueEntry } from './errors/catalogue-entry.ts';
import { commerceErrors } from './errors/commerce-errors.ts';
import { gatewayErrors } from './errors/gateway-errors.ts';
import { houseErrors } from './errors/house-errors.ts';
import { mallErrors } from './errors/mall-errors.ts';
import { parameterErrors } from './errors/parameter-errors.ts';
import { paymentErrors } from './errors/payment-errors.ts';
import { savedCardErrors } from './errors/saved-card-errors.ts';
import { vaultErrors } from './errors/vault-errors.ts';
import { walletErrors } from './errors/wallet-errors.ts';
import { webhookErrors } from './errors/webhook-errors.ts';

export type { CatalogueEntry } from './errors/catalogue-entry.ts';
export { declineCodes } from './errors/decline-codes.ts';

/** Every error the API can answer with, by its code on the wire. */
export const errorCatalogue = {
  ...gatewayErrors,
  ...parameterErrors,
  ...paymentErrors,
  ...savedCardErrors,
  ...commerceErrors,
  ...houseErrors,
  ...vaultErrors,
  ...walletErrors,
  ...mallErrors,
  ...webhookErrors,
};

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

/** The entry of a code that may not exist. */
export function findCatalogueEntry(code: string): CatalogueEntry | undefined {
  return Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as ErrorCode] : undefined;
}
