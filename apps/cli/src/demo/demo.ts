import { UsageError } from '@tpmall/server/options';
import Stripe from 'stripe';
import { ApiError } from '../api/client.ts';
import { readArguments } from '../instance-arguments.ts';
import { createClient } from './client.ts';
import { createNarrator } from './narrator.ts';
import { tellPurchase } from './purchase.ts';
import { replay } from './replay.ts';
import { findTarget } from './target.ts';

/** `tpmall demo`: exit 0 where everything went as told and the books balance. */
export async function demo(args: string[]): Promise<number> {
  const { server, values } = readArguments(args, ['seed', 'json', 'replay', 'day']);
  const seed = wholeNumber('seed', values['seed'] ?? '1');
  const day = wholeNumber('day', values['day'] ?? '0');
  const narrator = createNarrator(process.stdout);
  const target = await findTarget(server);
  try {
    narrator.line(
      target.running ? `the server at ${target.dev.apiUrl}` : `a server of its own at ${target.dev.apiUrl}`,
    );
    const client = createClient(target.dev);
    const merchants = target.dev.connectedAccounts;
    const file = values['replay'];
    const good =
      file === undefined
        ? await tellPurchase({ client, merchants, narrator, seed, json: values['json'] })
        : await replay({ client, dev: target.dev, narrator, file, day });
    return good ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeConnectionError)) throw error;
    throw new ApiError(`the server at ${target.dev.apiUrl} does not answer any more`);
  } finally {
    await target.close();
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} wants a whole number, not ${text}`);
  return Number(text);
}
