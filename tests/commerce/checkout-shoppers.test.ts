import { NOBODY, NOTHING_COLLECTED } from '@tpmall/checkout/contract';
import { MINUTE, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openTill, shelve, type Till } from './till.ts';

let till: Till;
let desk: Desk;
beforeAll(async () => {
  till = await openTill();
  desk = await till.start();
});
afterAll(() => till.close());

type Create = Parameters<Desk['port']['createSession']>[1];
const errorOf = (result: { ok: boolean; error?: object }) => result.error ?? result;
const open = async (over: Partial<Create> = {}) => {
  const input = { lines: [{ price: await shelve(till, '1500'), quantity: 2 }], ...over };
  return unwrap(await desk.port.createSession(till.context(), input));
};
const pay = (id: string, paymentMethod: string) =>
  desk.port.paySession(till.context(), { id, paymentMethod });
const find = async (id: string) => unwrap(await desk.port.findSession(till.context(), { id }));

describe('a session that saves a card', () => {
  const save = async (
    over: Partial<Parameters<Desk['port']['createSetupSession']>[1]> = {},
    command?: string,
  ) =>
    unwrap(
      await desk.port.createSetupSession(till.context(command), { customerCreation: 'always', ...over }),
    );
  const setupOf = async ({ setupIntent }: { setupIntent: string | null }) =>
    unwrap(await till.payments.findSetupIntent(till.context(), { id: setupIntent ?? '' }));

  it('opens its setup intent once, and is complete when the card is saved for its customer', async () => {
    const session = await save({ setupData: { metadata: { plan: 'tea' } } }, 'one-setup');
    expect(session).toMatchObject({
      ...{ mode: 'setup', currency: null, amountTotal: 0n, lines: [], paymentStatus: 'no_payment_required' },
    });
    expect(await save({ setupData: { metadata: { plan: 'tea' } } }, 'one-setup')).toEqual(session);
    expect(await setupOf(session)).toMatchObject({
      metadata: { plan: 'tea' },
      status: 'requires_payment_method',
    });
    expect(errorOf(await pay(session.id, 'pm_insufficient'))).toMatchObject({ code: 'card_declined' });
    const answers = await Promise.all([pay(session.id, 'pm_visa_one'), pay(session.id, 'pm_visa_two')]);
    expect(answers.some(({ ok }) => ok)).toBe(true);
    const done = await find(session.id);
    expect(done).toMatchObject({
      status: 'complete',
      paymentIntent: null,
      customer: expect.stringMatching(/^cus_/),
    });
    expect(await setupOf(session)).toMatchObject({ status: 'succeeded', customer: done.customer });
    await till.deliver();
    expect(await till.told('checkout', session.id)).toEqual(['checkout.session.completed']);
  });

  it('follows its setup intent, whoever ends it', async () => {
    const confirmed = await save();
    const id = confirmed.setupIntent ?? '';
    unwrap(await till.payments.confirmSetupIntent(till.context(), { id, paymentMethod: 'pm_visa_free' }));
    const cancelled = await save();
    unwrap(await till.payments.cancelSetupIntent(till.context(), { id: cancelled.setupIntent ?? '' }));
    await till.deliver();
    expect((await find(confirmed.id)).status).toBe('complete');
    expect((await find(cancelled.id)).status).toBe('expired');
  });

  it('takes its setup intent with it when it ends, by wish and by time', async () => {
    const [wished, late] = [await save(), await save({ expiresAt: till.clock.now() + 30 * MINUTE })];
    unwrap(await desk.port.expireSession(till.context(), { id: wished.id }));
    till.clock.advance(31 * MINUTE);
    await desk.sweep();
    for (const session of [wished, late]) {
      expect((await find(session.id)).status).toBe('expired');
      expect((await setupOf(session)).status).toBe('canceled');
      expect(errorOf(await pay(session.id, 'pm_visa'))).toMatchObject({ code: 'session_not_open' });
    }
  });

  it('refuses a customer who is not there any more', async () => {
    const { id } = unwrap(await till.payments.createCustomer(till.context(), { name: 'Ada' }));
    unwrap(await till.payments.deleteCustomer(till.context(), { id }));
    const saving = await desk.port.createSetupSession(till.context(), { customer: id });
    expect(errorOf(saving)).toMatchObject({ code: 'customer_not_found', field: 'customer' });
    const lines = [{ price: await shelve(till, '100'), quantity: 1 }];
    const paying = await desk.port.createSession(till.context(), { customer: id, lines });
    expect(errorOf(paying)).toMatchObject({ code: 'customer_not_found', field: 'customer' });
  });
});

describe('what a session asks its shopper', () => {
  const collects = { ...NOTHING_COLLECTED, phone: true };
  const shopper = () => till.context(undefined, '');
  const tell = (id: string, phone: string) =>
    desk.portFor('web').describePayer(shopper(), { id, details: { phone, email: 'ada@shopper.example' } });

  it('is said before its page pays, once for two tabs, and stands then', async () => {
    const session = await open({ collects });
    const byPage = () =>
      desk.portFor('web').paySession(shopper(), { id: session.id, paymentMethod: 'pm_visa' });
    expect(errorOf(await byPage())).toMatchObject({ code: 'details_missing' });
    expect(errorOf(await tell(session.id, 'none'))).toMatchObject({
      ...{ code: 'details_invalid', field: 'details.phone', detail: { phone: 'not_a_phone' } },
    });
    expect(await find(session.id)).toEqual(session);
    const tabs = await Promise.all([tell(session.id, '030 11111'), tell(session.id, '030 22222')]);
    expect(tabs.every(({ ok }) => ok)).toBe(true);
    const { phone } = (await find(session.id)).payer ?? NOBODY;
    expect(['03011111', '03022222']).toContain(phone);
    expect(unwrap(await byPage()).session).toMatchObject({ status: 'complete', payer: { phone } });
    expect(errorOf(await tell(session.id, '030 33333'))).toMatchObject({ code: 'session_not_open' });
    const late = await open({ collects, expiresAt: till.clock.now() + 30 * MINUTE });
    till.clock.advance(31 * MINUTE);
    expect(errorOf(await tell(late.id, '030 11111'))).toMatchObject({ code: 'session_not_open' });
  });

  it('need not be said by the merchant’s own tools', async () => {
    const { id } = await open({ collects });
    expect(unwrap(await pay(id, 'pm_visa')).session.status).toBe('complete');
  });
});

describe('saved cards at the till', () => {
  const page = () => desk.portFor('web');
  const as = (actor: string) => ({ ...till.context(undefined, ''), actor });
  const newCustomer = async () =>
    unwrap(await till.payments.createCustomer(till.context(), { name: 'Ada' })).id;
  const save = async (customer: string, id: string, allowRedisplay: 'always' | 'unspecified' = 'always') =>
    unwrap(await till.payments.attachPaymentMethod(till.context(), { id, customer, allowRedisplay }));
  const offered = async (actor: string, { id }: { id: string }) =>
    unwrap(await page().listSessionCards(as(actor), { id })).map((card) => card.id);

  it('are for the session’s person alone, and those that have run out come last', async () => {
    const customer = await newCustomer();
    await save(customer, 'pm_visa_expired');
    await save(customer, 'pm_visa_hers');
    await save(customer, 'pm_visa_private', 'unspecified');
    const session = await open({ customer, person: 'person_ada' });
    expect(await offered('person_ada', session)).toEqual(['pm_visa_hers', 'pm_visa_expired']);
    for (const actor of ['person_eve', 'anonymous']) {
      expect(await offered(actor, session)).toEqual([]);
      const stolen = { id: session.id, paymentMethod: 'pm_visa_hers' };
      expect(errorOf(await page().paySession(as(actor), stolen))).toMatchObject({
        ...{ code: 'payment_method_not_usable', field: 'paymentMethod' },
      });
    }
    expect(await find(session.id)).toEqual(session);
    const own = { id: session.id, paymentMethod: 'pm_visa_hers' };
    expect(unwrap(await page().paySession(as('person_ada'), own)).session.status).toBe('complete');
    expect(await offered('person_ada', session)).toEqual([]);
  });

  it('are for whoever has the address where no person is named, and of what they agreed to', async () => {
    const customer = await newCustomer();
    await save(customer, 'pm_visa_open');
    await save(customer, 'pm_visa_quiet', 'unspecified');
    expect(await offered('anonymous', await open({ customer }))).toEqual(['pm_visa_open']);
    const savedCards = { shown: ['unspecified' as const], mayKeep: false };
    expect(await offered('anonymous', await open({ customer, savedCards }))).toEqual(['pm_visa_quiet']);
    expect(await offered('anonymous', await open())).toEqual([]);
  });

  it('and all others that it cannot be paid with are refused before anything is begun', async () => {
    const customer = await newCustomer();
    await save(customer, 'pm_visa_theirs');
    const guest = await open({ customerCreation: 'always' });
    for (const [paymentMethod, code] of [
      ['pm_visa_theirs', 'payment_method_not_usable'],
      ['nothing', 'payment_method_not_found'],
      [undefined, 'payment_method_missing'],
    ] as const) {
      const input = { id: guest.id, ...(paymentMethod && { paymentMethod }) };
      const refused = errorOf(await page().paySession(as('anonymous'), input));
      expect(refused).toMatchObject({ code, field: 'paymentMethod' });
    }
    expect(await find(guest.id)).toEqual(guest);
  });

  it('are those that their own payment asked to keep, once it is made', async () => {
    const savedCards = { shown: ['always' as const], mayKeep: true };
    const pays = (id: string, paymentMethod: string, keepCard?: boolean) =>
      page().paySession(as('anonymous'), { id, paymentMethod, ...(keepCard && { keepCard }) });
    const kept = async (id: string) => {
      await till.deliver();
      await till.deliver();
      const { customer } = await find(id);
      return offered('anonymous', await open({ customer: customer ?? '' }));
    };
    const wished = await open({ savedCards });
    expect(errorOf(await pays(wished.id, 'pm_insufficient', true))).toMatchObject({
      code: 'card_declined',
    });
    unwrap(await pays(wished.id, 'pm_visa_kept', true));
    expect(await kept(wished.id)).toEqual(['pm_visa_kept']);
    const other = await open({ savedCards });
    await pays(other.id, 'pm_insufficient', true);
    unwrap(await pays(other.id, 'pm_visa_unwished'));
    expect(await kept(other.id)).toEqual([]);
    const unasked = await open({ customerCreation: 'always' });
    unwrap(await pays(unasked.id, 'pm_visa_unasked', true));
    expect(await kept(unasked.id)).toEqual([]);
  });
});
