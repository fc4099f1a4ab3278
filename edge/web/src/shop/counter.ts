import type { Directory, mallContract } from '@tpmall/mall/contract';
import type { InputOf, Port } from '@tpmall/platform/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Visit } from '../frame/visit.ts';
import { createRecent } from './recent.ts';
import { type Frame, frameOf } from './shop-page.ts';
import { type Shopper, shopperOf } from './shopper.ts';

type Browse = InputOf<(typeof mallContract)['operations']['browse']>;

/** A visit with what every page of the mall needs. */
export interface AtCounter {
  readonly mall: Port<typeof mallContract>;
  readonly shopper: Shopper;
  readonly frame: Frame;
  readonly directory: Directory;
  /** A page of goods, as it was a moment ago: what somebody buys is read anew. */
  browse: (input: Browse) => ReturnType<Port<typeof mallContract>['browse']>;
  /** The context of a call; see {@link Shopper.context}. */
  context: Shopper['context'];
}

/** Where every visit of the mall begins. */
export interface Counter {
  /** Answers a visit, or says that nothing answers. */
  at(visit: Visit, answer: (at: AtCounter) => Promise<Answer>): Promise<Answer>;
}

/** The counter of an instance's mall. */
export function counterOf(environment: WebEnvironment): Counter {
  const { mall } = environment.ports;
  const recent = createRecent(environment.clock);
  let home: string | undefined;

  const findTenant = async (visit: Visit): Promise<string> => {
    // Whose mall it is does not change; until its first shop is open there is none.
    if (home === undefined) {
      const found = await mall.findHome(visit.context(), {});
      if (found.ok) home = found.value.tenant;
    }
    return home ?? '';
  };
  const enter = async (visit: Visit, tenant: string, shopper: Shopper): Promise<AtCounter | undefined> => {
    const { owner, isNew } = shopper;
    const [directory, pieces] = await Promise.all([
      recent(['directory', tenant], () => mall.readDirectory(shopper.context(), {})),
      isNew ? undefined : mall.countCart(shopper.context(), { owner }),
    ]);
    if (!directory.ok || pieces?.ok === false) return undefined;
    const counted = {
      ...{ pieces: pieces?.value ?? 0, goods: directory.value.goods },
      now: environment.clock.now(),
    };
    return {
      ...{ mall, shopper, directory: directory.value },
      browse: (input) => recent(['shelf', tenant, input], () => mall.browse(shopper.context(), input)),
      frame: frameOf(visit, shopper, counted, () => environment.ids.next('form')),
      context: shopper.context,
    };
  };
  return {
    at: async (visit, answer) => {
      const tenant = await findTenant(visit);
      const at = await enter(visit, tenant, await settled(environment, visit, tenant));
      return at ? answer(at) : plainPage(visit, 'failed');
    },
  };
}

/** Who looks. What a guest's browser has kept becomes the person's who has signed in with it. */
async function settled(environment: WebEnvironment, visit: Visit, tenant: string): Promise<Shopper> {
  const shopper = shopperOf(environment, visit, tenant);
  const { guest, owner } = shopper;
  if (guest === null || !owner.startsWith('person:')) return shopper;
  const adopted = await environment.ports.mall.adopt(shopper.context(), { from: guest, to: owner });
  return adopted.ok ? shopper.withoutGuest() : shopper;
}
