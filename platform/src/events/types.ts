import type { Micros } from '@tpmall/kernel';

/** An event as a module writes it to its outbox, in the transaction of what it tells. */
export interface NewEvent {
  /** For example `payment.succeeded`; the union is in the module's contract. */
  readonly type: string;
  /** Order is kept within one aggregate. */
  readonly aggregateId: string;
  readonly tenant: string;
  readonly at: Micros;
  /** Plain data without card data or secrets. */
  readonly payload: object;
}

/** An event as it is read from an outbox. */
export interface StoredEvent extends NewEvent {
  /** Unique in the module's outbox, and rising. */
  readonly seq: bigint;
  readonly from: string;
}

/** The envelope that every module writes for what an auditor must be able to see; `audit` sequences them. */
export interface AuditEntry {
  /** Who: `key:…`, `operator:…`, `system`. */
  readonly actor: string;
  /** What was done, for example `api_key.rotated`. */
  readonly action: string;
  /** To what, by id. */
  readonly subject: string;
  /** Why, in a word or a sentence. */
  readonly reason: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** The event type of an {@link AuditEntry}. */
export const AUDIT_EVENT = 'audit.entry';
