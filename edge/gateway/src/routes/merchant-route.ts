import { type Answer, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';

/** What may name the merchant whose part is meant. */
interface OfMerchant {
  readonly merchant?: string | undefined;
}

type Declared<T> = Omit<Parameters<typeof route<T>>[0], 'access'>;

/**
 * Declares a route that merchants' people call as well as their platform. A platform means whichever merchant
 * it names, or all of them. A person means a merchant that they work for: another one is not there for them
 * (404), and where they work for one alone, it need not be named. Only this function lets merchants in, so
 * that no handler sees a merchant that is not the caller's.
 */
export function merchantRoute<T extends OfMerchant>(declared: Declared<T>): Route {
  return route<T>({
    ...declared,
    access: 'secret-or-merchant',
    handle: (call, parameters) => {
      const { principal } = call;
      if (principal?.kind !== 'merchant') return declared.handle(call, parameters);
      const own = ownMerchant(principal.session?.accounts ?? [], parameters.merchant);
      return typeof own === 'string'
        ? declared.handle(call, { ...parameters, merchant: own })
        : Promise.resolve(own);
    },
  });
}

function ownMerchant(accounts: readonly string[], asked: string | undefined): string | Answer {
  const [first, ...others] = accounts;
  if (asked === undefined && first !== undefined && others.length === 0) return first;
  if (asked === undefined) {
    const message = 'say which of your merchants, with `merchant`';
    return refuse('parameter_missing', { message, param: 'merchant' });
  }
  if (accounts.includes(asked)) return asked;
  return refuse('resource_missing', { message: `No such merchant: '${asked}'`, param: 'merchant' });
}
