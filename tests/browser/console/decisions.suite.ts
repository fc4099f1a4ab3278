import { expect, it } from 'vitest';
import { type Desks, MARKUP } from './desks.ts';

/** What two people decide, and no one person. */
export function decisions(desks: Desks): void {
  const { at, pay, refuse, inCny } = desks;

  it('lets two people resolve an outcome, and no one person', async () => {
    const id = await refuse();
    const olga = await at('operator', 'olga@tpmall.example', 'outcomes');
    await olga.getByRole('link', { name: id }).click();
    await olga.getByLabel('Booked after all').check();
    await olga.getByLabel('How you know').fill('In the clearing file, line 812');
    await olga.getByRole('button', { name: 'Propose to a second person' }).click();
    await olga.getByText('You proposed it.').waitFor();
    expect(await olga.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
    const qian = await at('operator', 'qian@tpmall.example', `outcomes/${id}`);
    await qian.getByText('In the clearing file, line 812').waitFor();
    await qian.getByRole('button', { name: 'Confirm' }).click();
    await qian.getByLabel('What you have seen yourself').fill('Line 812, seen');
    await qian.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await qian.getByText('What became of it is known.').waitFor();
    const { rows } = await desks.admin.query('SELECT state FROM payments.resolution WHERE subject = $1', [
      id,
    ]);
    expect(rows).toEqual([{ state: 'applied' }]);
  });

  it('lets two people accept what an acquirer pays less: the ledger moves once, and balances', async () => {
    const { id } = await pay();
    const { rows: found } = await desks.admin.query<{ reference: string; approval_code: string }>(
      `SELECT o.reference, o.approval_code FROM acquiring.authorisation AS o
       JOIN payments.charge AS c ON o.command_id = c.command_id || '.authorise' WHERE c.intent = $1`,
      [id],
    );
    const { reference, approval_code: approval } = found[0] ?? {};
    await desks.test.operator('POST', '/v1/operations/clearing/files', {
      ...{ connector: 'acquirer-a', name: 'five-less.csv' },
      text:
        'record,type,reference,approval_code,card,amount,currency,merchant,terminal,booked_at\n' +
        `D,capture,${reference},${approval},424242******4242,238100,cny,M,T,2026-11-27T12:00:00Z\n` +
        'T,total,,,1,238100,cny,,,\n',
    });
    const before = await inCny('processing_cost');
    const olga = await at('operator', 'olga@tpmall.example');
    await olga.getByRole('link', { name: 'Clearing exceptions: 1' }).click();
    await olga.getByRole('row', { name: 'Another amount was moved' }).waitFor();
    await olga.keyboard.press('j');
    await olga.keyboard.press('Enter');
    await olga.locator('.figs').getByText('2,381.00').waitFor();
    await olga.locator('.figs').getByText('2,386.00').waitFor();
    await olga.locator('.figs').getByText('−5.00').waitFor();
    await olga.getByLabel('we bear the difference').check();
    await olga.getByLabel('How you know').fill(MARKUP);
    await olga.getByRole('button', { name: 'Propose to a second person' }).click();
    await olga.getByText('You proposed it.').waitFor();
    expect(await olga.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
    const qian = await at('operator', 'qian@tpmall.example');
    await qian.getByRole('row', { name: 'we bear the difference' }).getByRole('link').click();
    await qian.getByText(MARKUP).waitFor();
    await qian.keyboard.press('a');
    await qian.getByLabel('What you have seen yourself').and(qian.locator(':focus')).waitFor();
    await qian.keyboard.type('Seen as well');
    await qian.getByRole('dialog').getByRole('button', { name: 'Confirm' }).dblclick();
    await qian.getByRole('heading', { name: 'This has been resolved.' }).waitFor();
    // What the first one still has open says so by itself.
    await olga.getByRole('heading', { name: 'This has been resolved.' }).waitFor();
    await expect.poll(() => inCny('processing_cost'), { timeout: 20_000 }).toBe(before + 500n);
    // Both steps are in the audit log, and its chain holds.
    await qian.goto('audit?action=clearing_resolution');
    await qian.getByRole('row', { name: 'clearing_resolution.applied' }).getByText('Seen as well').waitFor();
    await qian.keyboard.press('v');
    await qian.getByText('The chain holds').waitFor();
  });
}
