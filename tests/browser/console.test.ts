import { describe } from 'vitest';
import { hasBrowser } from '../harness/browser.ts';
import { accessibility } from './console/accessibility.suite.ts';
import { building } from './console/building.suite.ts';
import { decisions } from './console/decisions.suite.ts';
import { openDesks } from './console/desks.ts';
import { pages } from './console/pages.suite.ts';
import { payments } from './console/payments.suite.ts';
import { selling } from './console/selling.suite.ts';
import { signingIn } from './console/signing-in.suite.ts';
import { trouble } from './console/trouble.suite.ts';

// One system and one browser serve all of these, in this order.
describe.skipIf(!hasBrowser)('the console in a browser', () => {
  const desks = openDesks();
  signingIn(desks);
  payments(desks);
  trouble(desks);
  pages(desks);
  building(desks);
  decisions(desks);
  selling(desks);
  accessibility(desks);
});
