import { DAY, type Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { ChallengeKind, Locale, Role } from '../contract/index.ts';

/** Different codes that may be tried. */
export const TRIES = 5;

/** A challenge as it is stored. */
export interface StoredChallenge {
  readonly id: string;
  readonly tenant: string;
  readonly kind: ChallengeKind;
  readonly purpose: Role;
  readonly email: string;
  readonly locale: Locale;
  readonly salt: Buffer;
  /** How many different codes were tried, the right one among them. */
  readonly tries: number;
  readonly createdAt: Micros;
  readonly expiresAt: Micros;
  readonly usedAt: Micros | null;
}

interface ChallengeRow extends Pick<StoredChallenge, 'id' | 'tenant' | 'kind' | 'purpose' | 'email'> {
  readonly locale: Locale;
  readonly salt: Buffer;
  readonly tries: number;
  readonly created_at: Micros;
  readonly expires_at: Micros;
  readonly used_at: Micros | null;
}

const columns = `id, tenant, kind, purpose, email, locale, salt, cardinality(tried) AS tries, created_at,
  expires_at, used_at`;

const insert = sql(
  'identity.insert-challenge',
  `INSERT INTO identity.challenge (id, tenant, kind, purpose, email, locale, salt, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const allow = sql(
  'identity.allow-sign-in',
  `INSERT INTO identity.sign_in_allowance AS a (tenant, email, day, network, used)
VALUES ($1, $2, ($3::timestamptz AT TIME ZONE 'UTC')::date, $4, 1)
ON CONFLICT (tenant, email, day, network) DO UPDATE SET used = a.used + 1 WHERE a.used < $5`,
);
const byId = sql(
  'identity.find-challenge',
  `SELECT ${columns} FROM identity.challenge WHERE tenant = $1 AND id = $2`,
);
// The row is locked by it: of two that try at once, the second sees what the first has left.
const attempt = sql(
  'identity.try-code',
  `UPDATE identity.challenge SET tried = CASE WHEN $4 = ANY (tried) THEN tried ELSE tried || $4::bytea END
WHERE tenant = $1 AND id = $2 AND used_at IS NULL AND expires_at > $3
  AND ($4 = ANY (tried) OR cardinality(tried) < ${TRIES})
RETURNING ${columns}`,
);
const use = sql('identity.use-challenge', 'UPDATE identity.challenge SET used_at = $2 WHERE id = $1');
const deleteOld = sql(
  'identity.delete-old-challenges',
  'DELETE FROM identity.challenge WHERE created_at < $1',
);
const deleteOldAllowances = sql(
  'identity.delete-old-allowances',
  `DELETE FROM identity.sign_in_allowance WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date`,
);

/** Stores a challenge that was just begun. */
export async function insertChallenge(
  on: Queryable,
  challenge: Omit<StoredChallenge, 'tries' | 'usedAt'>,
): Promise<void> {
  const { id, tenant, kind, purpose, email, locale, salt, createdAt, expiresAt } = challenge;
  await on.run(insert, [
    ...[id, tenant, kind, purpose, email, locale, salt],
    instant(createdAt),
    instant(expiresAt),
  ]);
}

/** A sign-in for an address, begun from a network. */
interface Begun {
  readonly tenant: string;
  readonly email: string;
  readonly network: string;
  readonly at: Micros;
}

/** The row of all networks together. */
const ALL_NETWORKS = '';

/**
 * Counts a sign-in against the day of its address: from there, and then from everywhere, so that what a
 * network has too many takes nothing from the others. False where the day's are used up.
 */
export async function countSignIn(
  on: Queryable,
  { tenant, email, network, at }: Begun,
  daily: { readonly ofNetwork: number; readonly ofAll: number },
): Promise<boolean> {
  const count = async (from: string, most: number): Promise<boolean> =>
    (await on.run(allow, [tenant, email, instant(at), from, most])).count > 0;
  return (await count(network, daily.ofNetwork)) && (await count(ALL_NETWORKS, daily.ofAll));
}

/** A challenge of the tenant. */
export async function findChallenge(
  on: Queryable,
  tenant: string,
  id: string,
): Promise<StoredChallenge | undefined> {
  return first((await on.run<ChallengeRow>(byId, [tenant, id])).rows);
}

/**
 * Counts a try of a challenge that can still be met, and holds it until the transaction ends; undefined where
 * it cannot.
 */
export async function countTry(
  tx: Queryable,
  tried: { readonly tenant: string; readonly id: string; readonly at: Micros; readonly proof: Buffer },
): Promise<StoredChallenge | undefined> {
  const values = [tried.tenant, tried.id, instant(tried.at), tried.proof];
  return first((await tx.run<ChallengeRow>(attempt, values)).rows);
}

/** Marks a challenge that is held as met. */
export async function useChallenge(tx: Queryable, id: string, at: Micros): Promise<void> {
  await tx.run(use, [id, instant(at)]);
}

/** Deletes challenges and allowances of days gone by; answers how many challenges. */
export async function deleteOldChallenges(on: Queryable, now: Micros): Promise<number> {
  await on.run(deleteOldAllowances, [instant(now - DAY)]);
  return (await on.run(deleteOld, [instant(now - DAY)])).count;
}

function first([row]: readonly ChallengeRow[]): StoredChallenge | undefined {
  return (
    row && {
      id: row.id,
      tenant: row.tenant,
      kind: row.kind,
      purpose: row.purpose,
      email: row.email,
      locale: row.locale,
      salt: row.salt,
      tries: row.tries,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      usedAt: row.used_at,
    }
  );
}
