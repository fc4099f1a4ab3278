import { type Answer, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The id in the path, or undefined where no object can have it. */
export function pathId(call: Pick<Call, 'path'>): string | undefined {
  const id = call.path.id;
  return id !== undefined && ID.test(id) ? id : undefined;
}

/** Answers that there is no such object. */
export function missing(call: Call, what: string): Answer {
  // Escaped, because anything may stand in a path.
  const id = JSON.stringify((call.path.id ?? '').slice(0, 64)).slice(1, -1);
  const message = `No such ${what.replaceAll(' ', '_')}: '${id}'`;
  return refuse('resource_missing', { message, param: 'id' });
}
