import type { mallContract } from '@tpmall/mall/contract';
import type { CodeOf } from '@tpmall/platform/contract';
import { cursorMeanings, type Meanings } from '../pipeline/answer.ts';

/** What of the mall the API serves: merchants' part of orders and returns. */
type Operations = Pick<
  (typeof mallContract)['operations'],
  | 'findOrder'
  | 'listOrders'
  | 'packParcel'
  | 'shipParcel'
  | 'deliverParcel'
  | 'findReturn'
  | 'listReturns'
  | 'decideReturn'
  | 'receiveReturn'
>;

const gone = { not_found: { code: 'resource_missing', param: 'id', status: 404 } } as const;
const mismatch = { idempotency_mismatch: 'idempotency_mismatch' } as const;
const move = { ...gone, ...mismatch, parcel_unexpected_state: 'parcel_unexpected_state' } as const;
const decide = { ...gone, ...mismatch, return_unexpected_state: 'return_unexpected_state' } as const;

/** The meaning of every refusal of the mall, by operation. */
export const mallMeanings = {
  findOrder: gone,
  listOrders: cursorMeanings,
  packParcel: move,
  shipParcel: move,
  deliverParcel: move,
  findReturn: gone,
  listReturns: cursorMeanings,
  decideReturn: decide,
  receiveReturn: decide,
} as const satisfies { readonly [Name in keyof Operations]: Meanings<CodeOf<Operations[Name]>> };
