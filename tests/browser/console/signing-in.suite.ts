import { expect, it } from 'vitest';
import { type Desks } from './desks.ts';

/** Who comes in, and who is asked to come in again. */
export function signingIn(desks: Desks): void {
  const { open, enter, developer, pay } = desks;

  it('lets somebody in where they wanted to go, with the keyboard, and out again', async () => {
    const { id } = await pay();
    const page = await open();
    await page.goto(`payments/${id}`);
    await page.getByLabel('E-mail').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('This is no e-mail address.').waitFor();
    await enter(page, 'merchant', 'dev@tpmall.example');
    await page.getByRole('heading', { name: '2,386.00' }).waitFor();
    await page.getByText('Sam Okafor').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
  });

  it('asks for one code however often the key is pressed', async () => {
    const page = await open();
    let asked = 0;
    let answer: () => void = () => undefined;
    const isPressedAgain = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/v1/console/sign_ins', async (route) => {
      asked += 1;
      await isPressedAgain;
      await route.continue();
    });
    await page.goto('');
    await page.getByLabel('E-mail').fill('twice@tpmall.example');
    await page.keyboard.press('Enter');
    await page.locator('button[type=submit][aria-disabled=true]').waitFor();
    await page.keyboard.press('Enter');
    answer();
    await page.getByLabel('Code', { exact: true }).waitFor();
    expect(asked).toBe(1);
  });

  it('asks to sign in again when the house has ended a session', async () => {
    const page = await developer('payments');
    await page.getByRole('heading', { name: 'Payments' }).waitFor();
    await desks.admin.query(`DELETE FROM identity.session WHERE role = 'merchant'`);
    desks.forgetSessions();
    // What identity remembers of a session is a matter of seconds.
    await expect
      .poll(
        async () => {
          await page.reload();
          await page.locator('h1').first().waitFor();
          return page.locator('h1').first().textContent();
        },
        { timeout: 20_000 },
      )
      .toBe('Sign in to the console');
  });
}
