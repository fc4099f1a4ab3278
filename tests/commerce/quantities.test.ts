import { HOUR, unwrap } from '@tpmall/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openTill, shelve, type Till } from './till.ts';

let till: Till;
let desk: Desk;
let web: Desk['port'];
beforeAll(async () => {
  till = await openTill();
  desk = await till.start();
  web = desk.portFor('web');
});
afterAll(() => till.close());

type Create = Parameters<Desk['port']['createSession']>[1];
const errorOf = (result: { ok: boolean; error?: object }) => result.error ?? result;
/** Three lines: one to five pieces of the first, up to nine of the second, and the third as it is. */
const open = async (over: Partial<Create> = {}) => {
  const bounds = (minimum: number, maximum: number) => ({ adjustableQuantity: { minimum, maximum } });
  const lines = [
    { price: await shelve(till, '33.335'), quantity: 2, ...bounds(1, 5) },
    { price: await shelve(till, '500'), quantity: 1, ...bounds(0, 9) },
    { price: await shelve(till, '10'), quantity: 1 },
  ];
  return unwrap(await desk.port.createSession(till.context(), { lines, ...over }));
};
const lineOf = ({ lines }: { lines: readonly { id: string }[] }, index: number) => lines[index]?.id ?? '';
/** As a shopper, who has no tenant. */
const adjust = (id: string, lines: { id: string; quantity: number }[], command?: string) =>
  web.adjustSession(till.context(command, ''), { id, lines });
const find = async (id: string) => unwrap(await desk.port.findSession(till.context(), { id }));

describe('quantities that a shopper may choose', () => {
  it('are priced as if they had been asked for at first, and paid so', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 9 }),
        async (first, second) => {
          const session = await open();
          const asked = [
            { id: lineOf(session, 0), quantity: first },
            { id: lineOf(session, 1), quantity: second },
          ];
          const adjusted = unwrap(await adjust(session.id, asked));
          // A third of a cent is rounded once, half up, for all pieces of a line.
          const expected = (BigInt(first) * 33_335n + 500n) / 1000n + BigInt(second) * 500n + 10n;
          expect(adjusted.amountTotal).toBe(expected);
          expect(adjusted.lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(expected);
          const before = till.acquirer.totals().captured;
          const stale = await web.paySession(till.context(undefined, ''), {
            ...{ id: session.id, paymentMethod: 'pm_visa', expectedAmount: expected + 1n },
          });
          expect(errorOf(stale)).toMatchObject({ code: 'expected_amount_mismatch' });
          unwrap(await desk.port.paySession(till.context(), { id: session.id, paymentMethod: 'pm_visa' }));
          expect(till.acquirer.totals().captured - before).toBe(expected);
        },
      ),
      { numRuns: Number(process.env['TPMALL_RUNS'] ?? 8) },
    );
  });

  it('are set once by one command, however often it comes', async () => {
    const session = await open();
    const more = [{ id: lineOf(session, 0), quantity: 5 }];
    unwrap(await adjust(session.id, more, 'first'));
    unwrap(await adjust(session.id, [{ id: lineOf(session, 0), quantity: 3 }]));
    unwrap(await adjust(session.id, more, 'first'));
    expect((await find(session.id)).lines[0]?.quantity).toBe(3);
  });

  it('beyond the seller’s bounds are refused, all or none', async () => {
    const session = await open();
    const refused = async (code: string, field: string, ...lines: { id: string; quantity: number }[]) => {
      const asked = [{ id: lineOf(session, 1), quantity: 4 }, ...lines];
      expect(errorOf(await adjust(session.id, asked))).toMatchObject({ code, field });
      expect(await find(session.id)).toEqual(session);
    };
    const [first, third] = [lineOf(session, 0), lineOf(session, 2)];
    await refused('quantity_out_of_bounds', 'lines[1].quantity', { id: first, quantity: 6 });
    await refused('quantity_out_of_bounds', 'lines[1].quantity', { id: first, quantity: 0 });
    await refused('quantity_out_of_bounds', 'lines[1].quantity', { id: third, quantity: 2 });
    await refused('line_not_found', 'lines[1].id', { id: lineOf(await open(), 0), quantity: 1 });
    await refused('invalid_input', 'lines[1].quantity', { id: first, quantity: -1 });
    expect(errorOf(await adjust('cs_test_none', [{ id: first, quantity: 1 }]))).toMatchObject({
      code: 'not_found',
    });
    // Nobody else asks for it: the seller prices a session when it is made.
    const seller = await desk.port.adjustSession(till.context(), {
      ...{ id: session.id, lines: [{ id: first, quantity: 1 }] },
    });
    expect(errorOf(seller)).toMatchObject({ code: 'forbidden' });
  });

  it('never leave less than the seller’s own part, nor nothing at all', async () => {
    const [destination] = till.merchants;
    const priced = { price: await shelve(till, '500'), quantity: 2 };
    const lines = [{ ...priced, adjustableQuantity: { minimum: 0, maximum: 9 } }];
    const split = [{ destination, amount: 900n }];
    const session = await open({ lines, intentData: { split } });
    const one = [{ id: lineOf(session, 0), quantity: 1 }];
    expect(errorOf(await adjust(session.id, one))).toMatchObject({ code: 'split_exceeds_amount' });
    const whole = await open({ lines });
    const none = [{ id: lineOf(whole, 0), quantity: 0 }];
    expect(errorOf(await adjust(whole.id, none))).toMatchObject({ code: 'quantity_out_of_bounds' });
  });

  it('stand once somebody has begun to pay, and once the session has ended', async () => {
    const begun = await open();
    await desk.port.paySession(till.context(), { id: begun.id, paymentMethod: 'pm_insufficient' });
    const expired = await open();
    unwrap(await desk.port.expireSession(till.context(), { id: expired.id }));
    const late = await open();
    const refused = async (session: Awaited<ReturnType<typeof open>>) => {
      const more = [{ id: lineOf(session, 0), quantity: 5 }];
      expect(errorOf(await adjust(session.id, more))).toMatchObject({ code: 'session_not_open' });
      expect((await find(session.id)).amountTotal).toBe(session.amountTotal);
    };
    await refused(begun);
    await refused(expired);
    till.clock.advance(25 * HOUR);
    await refused(late);
  });

  it('that change while somebody pays are paid as they are, or refused', async () => {
    for (let round = 0; round < 20; round += 1) {
      const session = await open();
      const before = till.acquirer.totals().captured;
      const more = [{ id: lineOf(session, 0), quantity: 5 }];
      const expectedAmount = session.amountTotal;
      const [paid, adjusted] = await Promise.all([
        web.paySession(till.context(undefined, ''), {
          ...{ id: session.id, paymentMethod: 'pm_visa', expectedAmount },
        }),
        adjust(session.id, more),
      ]);
      expect(paid.ok).toBe(!adjusted.ok);
      const taken = till.acquirer.totals().captured - before;
      expect(taken).toBe(paid.ok ? expectedAmount : 0n);
      expect((await find(session.id)).amountTotal).toBe(adjusted.ok ? adjusted.value.amountTotal : taken);
    }
  });
});
