import { objectId } from '@tpmall/wire';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answer } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import type { Call } from '../pipeline/route.ts';
import { merchantRoute } from './merchant-route.ts';

/** Answers whose part its handler is asked for. */
const declared = merchantRoute({
  ...{ method: 'GET', path: '/v1/mall/orders', operationId: 'test', summary: 'test', tag: 'test' },
  ...{ errors: 'payments', examples: [] },
  parameters: z.strictObject({ merchant: objectId().optional() }),
  handle: async (_call, { merchant = 'of all' }) => answer({ merchant }),
});

/** Whose part it is for somebody who works for the given merchants; `kind` and no session: for a key. */
async function seenBy(kind: Caller['kind'], accounts: readonly string[] | null, merchant?: string) {
  const principal = { kind, session: accounts && { accounts } } as Caller;
  const prepared = declared.prepare(merchant === undefined ? {} : { merchant });
  if (!prepared.ok) throw new Error(prepared.error.message);
  return prepared.value({ principal } as Call);
}

const part = (merchant: string) => ({ kind: 'json', body: { merchant } });
const refused = (code: string) => ({ kind: 'error', error: { code, param: 'merchant' } });

describe('a route of merchants', () => {
  it('means for a platform whichever merchant it names, or all', async () => {
    expect(await seenBy('secret', null)).toEqual(part('of all'));
    expect(await seenBy('restricted', null, 'acct_1')).toEqual(part('acct_1'));
    // Developers have a session too, and it says for whom they work.
    expect(await seenBy('secret', ['acct_platform'], 'acct_1')).toEqual(part('acct_1'));
  });

  it('means for a person a merchant that they work for, and is not there for another', async () => {
    expect(await seenBy('merchant', ['acct_1'])).toEqual(part('acct_1'));
    expect(await seenBy('merchant', ['acct_1', 'acct_2'], 'acct_2')).toEqual(part('acct_2'));
    expect(await seenBy('merchant', ['acct_1'], 'acct_2')).toMatchObject(refused('resource_missing'));
    expect(await seenBy('merchant', ['acct_1', 'acct_2'])).toMatchObject(refused('parameter_missing'));
    expect(await seenBy('merchant', [])).toMatchObject(refused('parameter_missing'));
    expect(await seenBy('merchant', null)).toMatchObject(refused('parameter_missing'));
    expect(await seenBy('merchant', [], 'acct_1')).toMatchObject(refused('resource_missing'));
  });
});
