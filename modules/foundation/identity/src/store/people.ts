import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, SQLSTATE, sql, sqlState, violatedConstraint } from '@tpmall/platform/db';
import type { Locale, Membership, Person, PublicPerson } from '../contract/index.ts';

interface PersonRow {
  readonly id: string;
  readonly tenant: string;
  readonly email: string;
  readonly display_name: string;
  readonly locale: Locale;
  readonly handle: string;
  readonly created_at: Micros;
  readonly memberships: readonly Membership[] | null;
}

const columns = `p.id, p.tenant, p.email, p.display_name, p.locale, p.handle, p.created_at,
  (SELECT json_agg(json_build_object('role', m.role, 'account', nullif(m.account, ''))
     ORDER BY m.role, m.account)
   FROM identity.membership m WHERE m.person_id = p.id) AS memberships`;

const insert = sql(
  'identity.insert-person',
  `INSERT INTO identity.person (id, tenant, email, display_name, locale, handle, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT person_email DO NOTHING`,
);
const byId = sql(
  'identity.find-person',
  `SELECT ${columns} FROM identity.person p WHERE p.tenant = $1 AND p.id = $2`,
);
const byEmail = sql(
  'identity.find-person-by-email',
  `SELECT ${columns} FROM identity.person p WHERE p.tenant = $1 AND p.email = $2`,
);
const byHandle = sql(
  'identity.find-person-by-handle',
  'SELECT id, handle, display_name FROM identity.person WHERE tenant = $1 AND handle = $2',
);
// What it was is read under the lock of the change, so that no change in between is told as this one's.
const update = sql(
  'identity.update-person',
  `WITH before AS (
  SELECT id, display_name, locale, handle FROM identity.person WHERE tenant = $1 AND id = $2 FOR UPDATE
)
UPDATE identity.person AS p SET display_name = coalesce($3, b.display_name), locale = coalesce($4, b.locale),
  handle = coalesce($5, b.handle)
FROM before AS b WHERE p.id = b.id
RETURNING p.display_name <> b.display_name AS is_renamed, p.locale <> b.locale AS is_translated,
  nullif(b.handle, p.handle) AS former_handle`,
);
const grant = sql(
  'identity.grant-role',
  `INSERT INTO identity.membership (person_id, role, account, granted_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING`,
);
const revoke = sql(
  'identity.revoke-role',
  'DELETE FROM identity.membership WHERE person_id = $1 AND role = $2 AND account = $3',
);

/** A person to be stored; roles come on their own. */
export type NewPerson = Omit<Person, 'memberships'>;

/** Stores a person unless the address is somebody's; false where it is. Throws where the handle is taken. */
export async function insertPerson(on: Queryable, person: NewPerson): Promise<boolean> {
  const { id, tenant, email, displayName, locale, handle, createdAt } = person;
  const values = [id, tenant, email, displayName, locale, handle, instant(createdAt)];
  return (await on.run(insert, values)).count > 0;
}

/** A person of the tenant. */
export function findPerson(on: Queryable, tenant: string, id: string): Promise<Person | undefined> {
  return one(on.run<PersonRow>(byId, [tenant, id]));
}

/** A person of the tenant by their address in its normal form. */
export function findPersonByEmail(on: Queryable, tenant: string, email: string): Promise<Person | undefined> {
  return one(on.run<PersonRow>(byEmail, [tenant, email]));
}

/** What others may know of the person with a handle. */
export async function findByHandle(
  on: Queryable,
  tenant: string,
  handle: string,
): Promise<PublicPerson | undefined> {
  const { rows } = await on.run<Pick<PersonRow, 'id' | 'handle' | 'display_name'>>(byHandle, [
    tenant,
    handle,
  ]);
  const [row] = rows;
  return row && { id: row.id, handle: row.handle, displayName: row.display_name };
}

/** What a change has made otherwise. */
export interface PersonChange {
  readonly fields: readonly ('displayName' | 'locale' | 'handle')[];
  /** Where it is another one now. */
  readonly formerHandle: string | null;
}

/** Changes what is given; undefined where there is no such person. Throws where the handle is taken. */
export async function updatePersonRow(
  on: Queryable,
  tenant: string,
  id: string,
  change: { displayName?: string | undefined; locale?: Locale | undefined; handle?: string | undefined },
): Promise<PersonChange | undefined> {
  const { displayName = null, locale = null, handle = null } = change;
  const { rows } = await on.run<{
    is_renamed: boolean;
    is_translated: boolean;
    former_handle: string | null;
  }>(update, [tenant, id, displayName, locale, handle]);
  const [row] = rows;
  if (!row) return undefined;
  const fields = [
    ...(row.is_renamed ? (['displayName'] as const) : []),
    ...(row.is_translated ? (['locale'] as const) : []),
    ...(row.former_handle === null ? [] : (['handle'] as const)),
  ];
  return { fields, formerHandle: row.former_handle };
}

/** Gives a role; false where it held already. */
export async function insertMembership(
  on: Queryable,
  personId: string,
  { role, account }: Membership,
  at: Micros,
): Promise<boolean> {
  return (await on.run(grant, [personId, role, account ?? '', instant(at)])).count > 0;
}

/** Takes a role; false where it did not hold. */
export async function deleteMembership(
  on: Queryable,
  personId: string,
  { role, account }: Membership,
): Promise<boolean> {
  return (await on.run(revoke, [personId, role, account ?? ''])).count > 0;
}

/** Whether what a statement threw says that the handle is somebody else's. */
export function isHandleTaken(error: unknown): boolean {
  return sqlState(error) === SQLSTATE.uniqueViolation && violatedConstraint(error) === 'person_handle';
}

async function one(answer: Promise<{ rows: readonly PersonRow[] }>): Promise<Person | undefined> {
  const [row] = (await answer).rows;
  return (
    row && {
      id: row.id,
      tenant: row.tenant,
      email: row.email,
      displayName: row.display_name,
      locale: row.locale,
      handle: row.handle,
      memberships: row.memberships ?? [],
      createdAt: row.created_at,
    }
  );
}
