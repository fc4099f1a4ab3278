import { catalogueSource } from './catalogue.ts';
import { checkoutSource } from './checkout.ts';
import type { EventSource } from './event-source.ts';
import { paymentsSource } from './payments.ts';
import { vaultSource } from './vault.ts';

/** Every module whose events clients are told. A further one is one more line, and its mappers beside it. */
export const sources: readonly EventSource[] = [paymentsSource, vaultSource, catalogueSource, checkoutSource];
