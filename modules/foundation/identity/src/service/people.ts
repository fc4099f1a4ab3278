import { assert, err, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { Person, PublicPerson, peopleOperations } from '../contract/index.ts';
import { expireKeysOf } from '../store/keys.ts';
import { audit, tell } from '../store/outbox.ts';
import {
  deleteMembership,
  findByHandle,
  findPerson,
  findPersonByEmail,
  insertMembership,
  insertPerson,
  isHandleTaken,
  updatePersonRow,
} from '../store/people.ts';
import { endSessionsOf } from '../store/sessions.ts';
import { drawHandle, isReserved } from './draw-handle.ts';
import { commands, type PeopleEnvironment } from './environment.ts';

type Operations = typeof peopleOperations;

/** Makes a person without a role, or answers the one who has the address. */
export async function createPerson(
  { db, clock, random }: PeopleEnvironment,
  context: CallContext,
  input: InputOf<Operations['createPerson']>,
): Promise<Result<Person, 'handle_taken' | 'idempotency_mismatch'>> {
  const { tenant, actor } = context;
  const { email, displayName, locale, handle = drawHandle(random) } = input;
  const claim = commands.claimFor(context, 'create_person', input, clock.now());
  const personAt = async (on: Queryable): Promise<Person> => {
    const person = await findPersonByEmail(on, tenant, email);
    assert(person, 'the address is somebody’s by now');
    return person;
  };
  return orTaken(() =>
    commands.once<Person, 'handle_taken'>(db, claim, {
      work: async (tx) => {
        const id = objectId('person', claim);
        const { at } = claim;
        const made = await insertPerson(tx, {
          id,
          tenant,
          email,
          displayName,
          locale,
          handle,
          createdAt: at,
        });
        if (made) {
          await tell(tx, 'person.created', { id, tenant, at }, { personId: id });
          await audit(tx, tenant, at, {
            actor,
            action: 'person.created',
            subject: id,
            reason: 'by the house',
          });
        }
        return ok(await personAt(tx));
      },
      repeat: async () => ok(await personAt(db)),
    }),
  );
}

/**
 * Changes what a person says of themselves. The log, which is for ever, tells which of it is otherwise, and
 * of the handle what it was: money that was sent to it has gone to this person.
 */
export async function updatePerson(
  { db, clock, sessions }: PeopleEnvironment,
  { tenant, actor }: CallContext,
  { id, ...change }: InputOf<Operations['updatePerson']>,
): Promise<Result<Person, 'not_found' | 'handle_taken'>> {
  if (change.handle !== undefined && isReserved(change.handle)) return handleTaken();
  const updated = await orTaken<Person, 'not_found'>(() =>
    db.transaction(async (tx) => {
      const changed = await updatePersonRow(tx, tenant, id, change);
      if (!changed) return noPerson('id');
      const { fields, formerHandle } = changed;
      if (fields.length > 0) {
        const detail = { changed: fields.join(' '), ...(formerHandle !== null && { formerHandle }) };
        const entry = { actor, action: 'person.updated', subject: id, reason: 'what they say of themselves' };
        await audit(tx, tenant, clock.now(), { ...entry, detail });
      }
      return personWith(tx, tenant, id);
    }),
  );
  sessions.forget(({ subject }) => subject === id);
  return updated;
}

/** A person of the tenant. */
export async function personWith(
  on: Queryable,
  tenant: string,
  id: string,
): Promise<Result<Person, 'not_found'>> {
  const person = await findPerson(on, tenant, id);
  return person ? ok(person) : noPerson('id');
}

/** What others may know of whoever has a handle, however it is written. */
export async function personWithHandle(
  on: Queryable,
  tenant: string,
  handle: string,
): Promise<Result<PublicPerson, 'not_found'>> {
  const person = await findByHandle(on, tenant, handle.trim().replace(/^@/, '').toLowerCase());
  return person ? ok(person) : noPerson('handle');
}

/** Gives a role, or takes it and ends what was opened under it. */
export async function changeRole(
  { db, clock, sessions }: PeopleEnvironment,
  { tenant, actor }: CallContext,
  change: 'granted' | 'revoked',
  { personId, role, account, reason }: InputOf<Operations['grantRole']>,
): Promise<Result<Person, 'not_found'>> {
  const at = clock.now();
  const person = await db.transaction(async (tx) => {
    if (!(await findPerson(tx, tenant, personId))) return noPerson('personId');
    const changed =
      change === 'granted'
        ? await insertMembership(tx, personId, { role, account }, at)
        : await deleteMembership(tx, personId, { role, account });
    if (changed) {
      const detail = { role, account };
      await audit(tx, tenant, at, { actor, action: `role.${change}`, subject: personId, reason, detail });
    }
    const after = await personWith(tx, tenant, personId);
    if (change === 'revoked') {
      await endSessionsOf(tx, { tenant, personId }, at, { role });
      // A key that is only not believed for now would come back with the role, whoever holds it by then.
      if (role === 'operator') {
        const entry = { actor, action: 'api_key.revoked', reason };
        await expireKeysOf(tx, { tenant, id: personId, at }, entry);
      }
    }
    return after;
  });
  sessions.forget(({ subject }) => subject === personId);
  return person;
}

async function orTaken<T, Code extends string>(
  work: () => Promise<Result<T, Code>>,
): Promise<Result<T, Code | 'handle_taken'>> {
  try {
    return await work();
  } catch (error) {
    if (isHandleTaken(error)) return handleTaken();
    throw error;
  }
}

function handleTaken() {
  return err('handle_taken', 'somebody has this handle: choose another', { field: 'handle' });
}

function noPerson(field: string) {
  return err('not_found', 'there is no such person', { field });
}
