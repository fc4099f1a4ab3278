import type { Person } from '@tpmall/identity/contract';
import type { OutgoingContext } from '@tpmall/platform/contract';
import type { Wallet } from '@tpmall/wallet/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Visit } from '../frame/visit.ts';
import type { Counter } from '../shop/counter.ts';
import type { Frame } from '../shop/shop-page.ts';

/** The wallet of whoever has signed in, with what every page of it needs. */
export interface Purse {
  readonly frame: Frame;
  readonly visit: Visit;
  readonly person: Person;
  readonly wallet: Wallet;
  /** Currencies that this wallet's tier may hold, in the order of their codes. */
  readonly currencies: readonly string[];
  /** The context of a call; with the form that was sent, one that does what it says once. */
  context(form?: string): OutgoingContext;
}

/** Answers a visit with the visitor's wallet; opens it where there is none yet. */
export type AtPurse = (visit: Visit, answer: (purse: Purse) => Promise<Answer>) => Promise<Answer>;

/** Where every visit of a wallet begins. */
export function purseOf({ ports }: WebEnvironment, counter: Counter): AtPurse {
  return (visit, answer) =>
    counter.at(visit, async ({ context, frame }) => {
      const person = visit.visitor?.signedIn?.person;
      if (!person) return { kind: 'go', path: '/sign-in?next=/wallet' };
      const [opened, limits] = await Promise.all([
        ports.wallet.openWallet(context(), { person: person.id }),
        ports.wallet.listLimits(context(), {}),
      ]);
      if (!opened.ok || !limits.ok) return plainPage(visit, 'failed');
      const wallet = opened.value;
      const currencies = limits.value.flatMap(({ tier, currency }) => (tier === wallet.tier ? currency : []));
      return answer({ frame, visit, person, wallet, currencies: currencies.toSorted(), context });
    });
}

/** The currency that a page is about: the one asked for, else the shopper's own, else the first there is. */
export function chosenCurrency({ currencies, visit, frame }: Purse, asked = visit.query['currency']): string {
  const found = [asked, frame.shopper.currency].find(
    (code) => code !== undefined && currencies.includes(code),
  );
  return found ?? currencies[0] ?? frame.shopper.currency;
}
