import { describe } from 'vitest';
import { hasBrowser } from '../harness/browser.ts';
import { hostile } from './fields/hostile.suite.ts';
import { paying } from './fields/paying.suite.ts';
import { script } from './fields/script.suite.ts';
import { openShop } from './fields/shop.ts';
import { tokens } from './fields/tokens.suite.ts';

// One system and one browser serve all of these.
describe.skipIf(!hasBrowser)('card fields on a merchant’s page of another origin', () => {
  const shop = openShop();
  tokens(shop);
  script(shop);
  hostile(shop);
  paying(shop);
});
