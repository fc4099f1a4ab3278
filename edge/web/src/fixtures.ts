import { createIds, manualClock, seededRandom } from '@tpmall/kernel';
import type { WebEnvironment } from './environment.ts';
import type { Answer } from './frame/answer.ts';
import type { PageRoute } from './frame/route.ts';
import type { Visit } from './frame/visit.ts';
import type { AtCounter, Counter } from './shop/counter.ts';
import { frameOf } from './shop/shop-page.ts';
import { shopperOf } from './shop/shopper.ts';

/**
 * For tests of forms alone: pages whose ports are given, and somebody who sends their forms. Where modules
 * run apart every call may end without an answer, which a whole system in one process never shows.
 */

const clock = manualClock(1_800_000_000_000_000);
const random = seededRandom(1);

/** Ids for forms. */
export const ids = createIds(clock, random);

/** Who is signed in. */
export const person = { id: 'person_ada', email: 'ada@example.com', handle: 'ada', displayName: 'Ada' };

/** An environment with these ports. */
export function environmentWith(ports: object): WebEnvironment {
  return {
    ...{ clock, random, ids, ports },
    config: {
      ...{ webUrl: 'http://mall.example', instance: '1' },
      declines: { perAddress: { max: 1, seconds: 1 } },
    },
  } as unknown as WebEnvironment;
}

/** A counter whose visitors meet what `at` says beside the frame and the shopper. */
export function counterWith(environment: WebEnvironment, more: Partial<AtCounter> = {}): Counter {
  return {
    at: (visit, answer) => {
      const shopper = shopperOf(environment, visit, 'acct_p');
      const counted = { pieces: 0, goods: 0, now: clock.now() };
      const frame = frameOf(visit, shopper, counted, () => ids.next('form'));
      return answer({ ...more, frame, shopper, context: shopper.context } as AtCounter);
    },
  };
}

/** Sends a form to a path of these routes. */
export async function submit(
  routes: readonly PageRoute[],
  path: string,
  form: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const visit = {
    ...{ language: 'en', formToken: 'token', guestToken: 'guest', ip: '127.0.0.1', query: {} },
    ...{ path: parameters, form, cookie: () => undefined },
    visitor: { subject: person.id, isGuest: false, signedIn: { person } },
    url: new URL(path, 'http://mall.example'),
    context: (given: object) => ({ commandId: ids.next('cmd'), ...given }),
  } as unknown as Visit;
  const route = routes.find((one) => one.method === 'POST' && one.path === path);
  if (!route) throw new Error(`no form goes to ${path}`);
  return route.handle(visit);
}

/** The id of the form that a page shows. */
export function formIdOf(answer: Answer): string | undefined {
  return /name="form_id" value="(\w+)"/.exec(answer.kind === 'page' ? answer.html : '')?.[1];
}
