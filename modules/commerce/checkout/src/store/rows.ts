import {
  type Collects,
  type IntentData,
  type LineItem,
  NOBODY,
  NOTHING_COLLECTED,
  type Payer,
} from '../contract/index.ts';

/** JSON as it was written by `rowParameter`, with digits for bigints. */
type Digits<T> = {
  readonly [K in keyof T]: T[K] extends bigint
    ? string
    : T[K] extends bigint | undefined
      ? string | undefined
      : T[K];
};

/** A line in a row; orders of before have no Chinese names, and tell no deliveries. */
export type LineRow = Omit<Digits<LineItem>, 'descriptionZh' | 'isDelivery'> &
  Partial<Pick<LineItem, 'descriptionZh' | 'isDelivery'>>;

/** What an intent is opened with, in a row. */
export type IntentDataRow = Omit<IntentData, 'split' | 'onBehalfOf' | 'requestThreeDSecure'> & {
  /** Rows of before these were kept have none. */
  readonly onBehalfOf?: string | null;
  readonly requestThreeDSecure?: IntentData['requestThreeDSecure'];
  readonly split: readonly Digits<IntentData['split'][number]>[];
};

/** The lines of a row. */
export function toLines(rows: readonly LineRow[]): LineItem[] {
  return rows.map((row) => ({
    ...row,
    descriptionZh: row.descriptionZh ?? null,
    isDelivery: row.isDelivery ?? false,
    amount: BigInt(row.amount),
  }));
}

/** Who pays, of a row; orders of before know an e-mail and a name only. */
export function toPayer(row: Partial<Payer>): Payer {
  return { ...NOBODY, ...row };
}

/** What is asked for, of a row; that of before asks for no names. */
export function toCollects(row: Partial<Collects>): Collects {
  return { ...NOTHING_COLLECTED, ...row };
}

/** What an intent is opened with, of a row. */
export function toIntentData(row: IntentDataRow): IntentData {
  return {
    ...row,
    onBehalfOf: row.onBehalfOf ?? null,
    requestThreeDSecure: row.requestThreeDSecure ?? 'automatic',
    split: row.split.map(({ destination, amount, applicationFee }) => ({
      destination,
      ...(amount !== undefined && { amount: BigInt(amount) }),
      ...(applicationFee !== undefined && { applicationFee: BigInt(applicationFee) }),
    })),
  };
}
