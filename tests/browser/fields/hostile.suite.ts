import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { FORGED_FRAME, leaksIn, newCard, sentBy, takenBy } from '../../harness/hostile-page.ts';
import type { Shop } from './shop.ts';

const typed = newCard();

/** In a page that is up to no good. */
export function hostile(shop: Shop): void {
  const { open, resultOf } = shop;

  describe('in a page that is up to no good', () => {
    const type = async (page: Page) => {
      const form = page.frameLocator('iframe');
      await form.getByLabel('Card number').pressSequentially(typed.number);
      await form.getByLabel('Expires').fill(typed.expiry);
      await form.getByLabel('Security code').pressSequentially(typed.cvc);
    };
    const post = (message: object) =>
      `frames[0].postMessage(${JSON.stringify(message)}, '${shop.test.system.vaultUrl}')`;

    it('give away nothing of a card, whatever it has replaced and whatever it asks for', async () => {
      const page = await open(`${shop.mine}/hostile`);
      const sent = sentBy(page, shop.test.system.vaultUrl);
      await type(page);
      const { paymentMethod } = await resultOf(page);
      expect(paymentMethod?.card.last4).toBe(typed.number.slice(-4));
      await page.evaluate(
        "card.tokenise('token', { number: '1', cvc: '2', name: 'Lin' }).then((got) => heard.push(got))",
      );
      await page.evaluate(`tpmall.createConfirmationToken({ elements, params: {
        payment_method_data: { card: { number: '1' }, billing_details: { name: 'Lin' } },
      } })`);
      for (const wanted of ['__proto__', 'constructor', 'card', ['payment_method']]) {
        await page.evaluate(post({ type: 'tpmall.tokenise', call: 99, wanted, details: {} }));
      }
      const looked = '(() => { try { return frames[0].document; } catch (error) { return error.name; } })()';
      expect(await page.evaluate<string>(looked)).toBe('SecurityError');
      const taken = await takenBy(page);
      expect(leaksIn(taken, typed)).toEqual([]);
      // It did see all else.
      for (const text of ['tpmall.tokenised', paymentMethod?.id ?? '', 'Lin Wei', 'event message', 'tok_']) {
        expect(
          taken.some((one) => one.includes(text)),
          text,
        ).toBe(true);
      }
      expect(taken.filter((one) => /^event (key|input|beforeinput|paste)/.test(one))).toEqual([]);
      expect(leaksIn(sent.page, typed)).toEqual([]);
      expect(leaksIn(sent.vault, typed).length).toBeGreaterThanOrEqual(3);
    });

    it.each(['number.value.slice(0, 10)', 'expiry.value', 'cvc.value'])(
      'would be caught at %s',
      async (leak) => {
        const page = await (await shop.browser.newContext({ locale: 'en-GB' })).newPage();
        await page.route(`${shop.test.system.vaultUrl}/fields/card?*`, async (route) => {
          const text = await (await route.fetch()).text();
          const body = text.replace('const state = {', `const state = { hint: ${leak},`);
          await route.fulfill({ contentType: 'text/html', body });
        });
        await page.goto(`${shop.mine}/hostile`);
        await type(page);
        await expect.poll(async () => leaksIn(await takenBy(page), typed)).not.toEqual([]);
      },
    );

    it.each([
      [
        'hides it below something else',
        `document.body.insertAdjacentHTML('beforeend',
          '<div style="position: fixed; inset: 0; z-index: 9; background: #fff"><input id="over"></div>')`,
        typed.number,
      ],
      ['puts it elsewhere', "document.body.append(document.querySelector('iframe'))", ''],
    ])('keep their digits where it %s', async (_what, script, left) => {
      const page = await open(`${shop.mine}/hostile`);
      await type(page);
      await page.evaluate(script);
      const number = page.frameLocator('iframe').getByLabel('Card number');
      await expect.poll(async () => (await number.inputValue()).replaceAll(' ', '')).toBe(left);
      await number.focus();
      await page.keyboard.type('1');
      const taken = await takenBy(page);
      expect(leaksIn(taken, typed)).toEqual([]);
      expect(taken.filter((one) => /^event (key|input)/.test(one))).toEqual([]);
    });

    it.each([
      ['points the frame elsewhere', '/copy', (frame: string) => `${frame}.src = '${shop.strange}/copy'`],
      ['writes the frame itself', 'srcdoc', (frame: string) => `${frame}.srcdoc = \`${FORGED_FRAME}\``],
      [
        ...(['shuts the frame off', '&a=1'] as const),
        (frame: string) => `${frame}.sandbox = 'allow-scripts', ${frame}.src += '&a=1'`,
      ],
      [
        ...(['answers for the frame', '/fields/card'] as const),
        (frame: string) => `Object.defineProperty(${frame}, 'contentWindow', {
          get: () => ({ postMessage: (...said) => (window.told = [...(window.told ?? []), said]) }),
        })`,
      ],
    ])('make no card where it %s', async (_what, address, change) => {
      const page = await open(`${shop.mine}/hostile`);
      await type(page);
      const sent = sentBy(page, shop.test.system.vaultUrl);
      await page.evaluate(change("document.querySelector('iframe')"));
      await expect.poll(() => page.frames()[1]?.url()).toContain(address);
      // It is asked, and nobody whom the script believes has answered when the card is unmounted.
      const asked = page.evaluate<{ error?: { message: string } }>(
        "tpmall.createPaymentMethod({ type: 'card', card, billing_details: { name: 'Lin' } })",
      );
      await page.evaluate("frames[0].postMessage('after it', '*')");
      for (const forged of page.frames().filter((one) => /copy|srcdoc/.test(one.url()))) {
        await expect.poll(() => forged.evaluate<string[]>('told')).toEqual(['"after it"']);
      }
      await page.evaluate(
        "postMessage({ type: 'tpmall.tokenised', call: 1, result: { id: 'pm_forged' } }, '*')",
      );
      await page.evaluate('card.unmount()');
      expect((await asked).error?.message).toBe('The card was unmounted.');
      expect(sent.vault.filter((text) => text.includes('/v1/'))).toEqual([]);
      expect(leaksIn([...(await takenBy(page)), ...sent.page, ...sent.vault], typed)).toEqual([]);
    });
  });
}
