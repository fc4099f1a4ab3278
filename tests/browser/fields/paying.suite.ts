import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { approved, challenged, declinedWith } from '../../harness/cards.ts';
import type { Shop } from './shop.ts';

/** Payments that a page makes with them. */
export function paying(shop: Shop): void {
  const { open } = shop;

  describe('pay', () => {
    interface Answered {
      readonly paymentIntent?: Stripe.PaymentIntent;
      readonly setupIntent?: Stripe.SetupIntent;
      readonly error?: { code?: string; type: string; message: string; payment_intent?: { status: string } };
    }
    /** A page with a card filled in. */
    const ready = async (number: string, origin = shop.mine): Promise<Page> => {
      const page = await open(origin);
      await write(page, number);
      return page;
    };
    const write = async (page: Page, number: string) => {
      const form = page.frameLocator('iframe');
      await form.getByLabel('Card number').fill(number);
      await form.getByLabel('Expires').fill('12 / 34');
      await form.getByLabel('Security code').fill('314');
    };
    const intend = () => shop.test.stripe.paymentIntents.create({ amount: 12_34, currency: 'eur' });
    const call = (secret: string | null, data = '{ payment_method: { card } }') =>
      `tpmall.confirmCardPayment(${JSON.stringify(secret)}, ${data})`;
    const chargesOf = async ({ id }: { id: string }) => {
      const { data } = await shop.test.stripe.charges.list({ payment_intent: id });
      return data.map(({ status }) => status);
    };

    it('with a key and a client secret, once for two clicks, and say what a decline means', async () => {
      const page = await ready(declinedWith('51'));
      const intent = await intend();
      const declined = await page.evaluate<Answered>(call(intent.client_secret));
      expect(declined.error).toMatchObject({ type: 'card_error', code: 'card_declined' });
      expect(declined.error?.payment_intent?.status).toBe('requires_payment_method');
      await page.evaluate('card.clear()');
      // The frame hears of it by a message; a late one would wipe what is written next.
      const number = page.frameLocator('iframe').getByLabel('Card number');
      await expect.poll(() => number.inputValue()).toBe('');
      await write(page, approved);
      const pay = call(intent.client_secret);
      const answers = await page.evaluate<Answered[]>(`Promise.all([${pay}, ${pay}])`);
      expect(answers.map(({ paymentIntent }) => paymentIntent?.status)).toEqual(['succeeded', 'succeeded']);
      expect((await chargesOf(intent)).sort()).toEqual(['failed', 'succeeded']);
      const changes = await page.evaluate<object[]>('changes');
      expect(changes).toContainEqual({ elementType: 'card', empty: true, complete: false, brand: 'unknown' });
      expect(changes.at(-1)).toEqual({ elementType: 'card', empty: false, complete: true, brand: 'visa' });
      expect(await page.evaluate<string>('heard.join() + JSON.stringify({ ...sessionStorage })')).not.toMatch(
        new RegExp(`${approved}|12 / 34|secret`),
      );
      const setup = await shop.test.stripe.setupIntents.create();
      const saved = await page.evaluate<Answered>(
        `tpmall.confirmCardSetup('${setup.client_secret}', { payment_method: { card } })`,
      );
      expect(saved.setupIntent?.status).toBe('succeeded');
    });

    it('with a token, or with a confirmation token that a server confirms with, once each', async () => {
      const page = await ready(approved);
      const { token } = await page.evaluate<{ token: Stripe.Token }>(
        "tpmall.createToken(card, { name: 'Lin Wei', address_zip: '24103' })",
      );
      expect(token).toMatchObject({ object: 'token', card: { name: 'Lin Wei', address_zip: '24103' } });
      const sale = { amount: 500, currency: 'eur', source: token.id };
      expect((await shop.test.stripe.charges.create(sale)).paid).toBe(true);
      await expect(shop.test.stripe.charges.create(sale)).rejects.toMatchObject({
        code: 'token_already_used',
      });

      const agreed = {
        payment_method_data: { billing_details: { name: 'Lin Wei' } },
        return_url: `${shop.mine}/done`,
        shipping: { name: 'Lin Wei', address: { city: 'Kiel', country: 'DE' } },
      };
      const make = `tpmall.createConfirmationToken({ elements, params: ${JSON.stringify(agreed)} })`;
      type Agreed = { confirmationToken: Stripe.ConfirmationToken; error?: { code?: string } };
      const { confirmationToken: made } = await page.evaluate<Agreed>(make);
      expect(made.payment_method_preview).toMatchObject({ billing_details: { name: 'Lin Wei' } });
      const intent = await intend();
      const paid = await shop.test.stripe.paymentIntents.confirm(intent.id, { confirmation_token: made.id });
      expect(paid).toMatchObject({ status: 'succeeded', shipping: { address: { city: 'Kiel' } } });
      expect(await page.evaluate<string>('heard.join()')).not.toContain(approved);
      await page.evaluate('card.clear()');
      expect((await page.evaluate<Agreed>(make)).error?.code).toBe('incomplete_card');
    });

    it('let the bank ask who it is, and come back with what was paid in the address', async () => {
      const page = await ready(challenged);
      const intent = await intend();
      const going = page.waitForURL(`${shop.test.system.vaultUrl}/3ds/**`);
      await page.evaluate(`void ${call(intent.client_secret)}`);
      await going;
      await page.getByRole('button', { name: 'Continue to your bank' }).click();
      await page.getByLabel('Code from your bank').fill('1234');
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('link', { name: 'Continue' }).click();
      await page.waitForURL(`${shop.mine}/**`);
      const said = new URL(page.url()).searchParams;
      expect([...said]).toEqual([
        ['payment_intent', intent.id],
        ['payment_intent_client_secret', intent.client_secret],
        ['redirect_status', 'succeeded'],
      ]);
      const read = `tpmall.retrievePaymentIntent('${intent.id}').then((one) => one.paymentIntent.status)`;
      await expect.poll(() => page.evaluate<string>(read), { timeout: 20_000 }).toBe('succeeded');
      // Who has only the id has no secret.
      const other = await open(shop.mine);
      const { error } = await other.evaluate<Answered>(`tpmall.retrievePaymentIntent('${intent.id}')`);
      expect(error?.type).toBe('validation_error');
    });

    it('leave the page where it was when the shopper comes back from the bank’s page', async () => {
      const page = await ready(challenged);
      const intent = await intend();
      const going = page.waitForURL(`${shop.test.system.vaultUrl}/3ds/**`);
      await page.evaluate(
        `void ${call(intent.client_secret, "{ payment_method: { card }, return_url: '/cart?a=1' }")}`,
      );
      await going;
      await page.goBack();
      await page.waitForFunction("document.title === 'ready'");
      const read = `tpmall.retrievePaymentIntent('${intent.id}')`;
      expect((await page.evaluate<Answered>(read)).paymentIntent).toMatchObject({
        status: 'requires_action',
        next_action: { redirect_to_url: { return_url: `${shop.mine}/cart?a=1` } },
      });
      await write(page, approved);
      const paid = await page.evaluate<Answered>(call(intent.client_secret));
      expect(paid.paymentIntent?.status).toBe('succeeded');
      expect((await chargesOf(intent)).filter((status) => status === 'succeeded')).toHaveLength(1);
    });

    it('pay once where the answer is lost', async () => {
      const page = await ready(approved);
      const intent = await intend();
      let lost = 0;
      await page.route('**/confirm', async (route) => {
        lost += 1;
        if (lost > 2) return route.continue();
        await route.fetch();
        return route.abort();
      });
      const { paymentIntent } = await page.evaluate<Answered>(call(intent.client_secret));
      expect([lost, paymentIntent?.status]).toEqual([3, 'succeeded']);
      expect(await chargesOf(intent)).toEqual(['succeeded']);
    });

    it('do nothing for a strange page, a strange secret or a strange address', async () => {
      const intent = await intend();
      const page = await ready(approved);
      const { id } = (
        await page.evaluate<{ paymentMethod: { id: string } }>(
          "tpmall.createPaymentMethod({ type: 'card', card })",
        )
      ).paymentMethod;
      const stolen = call(intent.client_secret, `{ payment_method: '${id}' }`);
      const elsewhere = await open(shop.strange);
      expect((await elsewhere.evaluate<Answered>(stolen)).error?.type).toBe('api_connection_error');
      const forged = await page.evaluate<Answered>(call(`${intent.id}_secret_forged`));
      expect(forged.error?.code).toBe('payment_intent_incompatible_secret');
      for (const secret of ['', 'pi_1', `${intent.id}/../../refunds_secret_x`, 'seti_1_secret_x']) {
        expect((await page.evaluate<Answered>(call(secret))).error?.type, secret).toBe('validation_error');
      }
      // Were the answer changed on its way, no script of it would run in the page.
      await page.route('**/confirm', async (route) => {
        const response = await route.fetch();
        const next_action = { redirect_to_url: { url: 'javascript:document.title="taken"' } };
        await route.fulfill({
          response,
          json: { ...(await response.json()), status: 'requires_action', next_action },
        });
      });
      expect(await chargesOf(intent)).toEqual([]);
      await page.evaluate(stolen);
      expect(await page.title()).toBe('ready');
    });
  });
}
