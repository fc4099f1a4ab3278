import { expect } from 'vitest';
import type { TestSystem } from './system.ts';
import { openVisitor, type Visitor } from './visitor.ts';

/** A mail as it has arrived. */
export interface Mail {
  readonly id: number;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** The mails to an address, the newest first, once there are so many. */
export async function mailsTo(test: TestSystem, email: string, count: number): Promise<readonly Mail[]> {
  const read = async () => {
    const answer = await fetch(`${test.system.mailboxUrl}/api/mails?to=${email}`);
    return ((await answer.json()) as { readonly mails: readonly Mail[] }).mails;
  };
  await expect.poll(async () => (await read()).length, { timeout: 20_000 }).toBe(count);
  return read();
}

/** A browser in which somebody has signed in for the first time. */
export async function signedIn(test: TestSystem, email: string): Promise<Visitor> {
  const who = openVisitor(test.system.webUrl);
  const asked = await who.submit(await who.get('/sign-in'), '/sign-in', { email });
  const code = /\b\d{6}\b/.exec((await mailsTo(test, email, 1))[0]?.text ?? '')?.[0] ?? '';
  await who.submit(asked, asked.path.split('?')[0] ?? '', { code });
  return who;
}
