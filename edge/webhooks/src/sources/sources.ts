import type { EventSource } from './event-source.ts';
import { paymentsSource } from './payments.ts';

/** Every module whose events clients are told. A further one is one more line, and its mappers beside it. */
export const sources: readonly EventSource[] = [paymentsSource];
