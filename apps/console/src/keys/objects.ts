/** Of the API, where keys are. */
export const KEYS_PATH = '/v1/keys';

/** A key of the platform, without the key itself. */
export interface Key {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly hint: string;
  /** Of a restricted key: `read` or `write` by resource. */
  readonly permissions: Readonly<Record<string, string>> | null;
  /** Of a publishable key: whose pages may use it. */
  readonly origins?: readonly string[] | null;
  /** The person whom an operator key acts as; null: nobody. */
  readonly owner: string | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  /** Only in the answer that made it. */
  readonly key?: string;
}
