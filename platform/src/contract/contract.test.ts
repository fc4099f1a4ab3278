import { mkdtempSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock, ok, type Redacted, redacted, systemClock } from '@tpmall/kernel';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  command,
  connectRemote,
  createCallee,
  decode,
  defineContract,
  encode,
  type Implementation,
  localPort,
  type OutgoingContext,
  type Port,
  serveContracts,
  withFaults,
} from './index.ts';

const till = defineContract({
  module: 'till',
  version: 3,
  operations: {
    add: command<{ readonly total: bigint }>()({
      input: z.strictObject({ amount: z.bigint().positive(), note: z.string().optional() }),
      codes: ['full'],
      callers: ['shop'],
    }),
  },
});

interface Till {
  readonly implementation: Implementation<typeof till>;
  executed: number;
}

function createTill(answerAfter: Promise<void> = Promise.resolve()): Till {
  const state: Till = {
    executed: 0,
    implementation: {
      add: async (context, input) => {
        state.executed += 1;
        if (context.commandId === 'bug') throw new Error('a bug');
        await answerAfter;
        return ok({ total: input.amount });
      },
    },
  };
  return state;
}

function context(over: Partial<OutgoingContext> = {}): OutgoingContext {
  const deadlineAt = systemClock.now() + 5_000_000;
  return { actor: 'key:1', tenant: 'acct_1', commandId: 'c1', deadlineAt, traceparent: '', ...over };
}

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(resolve);
        }),
    ),
  );
});

async function remotely(
  state: Till,
  secret: Redacted<string> = redacted('s3cret'),
): Promise<Port<typeof till>> {
  const callee = createCallee(till, state.implementation, systemClock);
  const server = serveContracts([callee], new Map([['shop', redacted('s3cret')]]));
  const socketPath = join(mkdtempSync(join(tmpdir(), 'till-')), 's');
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
  servers.push(server);
  return connectRemote(till, { address: { socketPath }, caller: 'shop', secret, clock: systemClock }).port;
}

const locally = async (state: Till): Promise<Port<typeof till>> =>
  localPort(till, createCallee(till, state.implementation, systemClock), 'shop');

describe.each([
  ['in process', locally],
  ['over a socket', remotely],
])('a port %s', (_where, connect) => {
  it('answers with the callee’s value, integers of any size included', async () => {
    const port = await connect(createTill());
    const amount = (1n << 128n) - 1n;
    expect(await port.add(context(), { amount })).toEqual({ ok: true, value: { total: amount } });
  });

  it('names the field at fault and does not execute', async () => {
    const state = createTill();
    const port = await connect(state);
    const answer = await port.add(context(), { amount: 0n });
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input', field: 'amount' } });
    const unknown = { amount: 1n, extra: 1 } as { amount: bigint };
    expect(await port.add(context(), unknown)).toMatchObject({
      error: { code: 'invalid_input', field: 'extra' },
    });
    expect(state.executed).toBe(0);
  });

  it('refuses once the deadline has passed, before anything is executed', async () => {
    const state = createTill();
    const port = await connect(state);
    const answer = await port.add(context({ deadlineAt: systemClock.now() - 1 }), { amount: 1n });
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(state.executed).toBe(0);
  });
});

describe('the boundary', () => {
  it('rejects where a handler throws, be it before its first await', async () => {
    const implementation = {
      ...createTill().implementation,
      add: () => {
        throw new RangeError('a bug');
      },
    };
    const port = localPort(till, createCallee(till, implementation, systemClock), 'shop');
    await expect(port.add(context(), { amount: 1n })).rejects.toThrow(RangeError);
  });

  it('refuses a caller that the contract does not name', async () => {
    const state = createTill();
    const callee = createCallee(till, state.implementation, manualClock(0));
    const answer = await localPort(till, callee, 'stranger').add(context(), { amount: 1n });
    expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(state.executed).toBe(0);
  });

  it('takes the caller’s name from the wiring, not from the context', async () => {
    const callee = createCallee(till, createTill().implementation, systemClock);
    const forged = { ...context(), caller: 'shop' };
    expect(await localPort(till, callee, 'stranger').add(forged, { amount: 1n })).toMatchObject({
      ok: false,
    });
  });
});

describe('over a socket', () => {
  it('refuses a wrong secret without executing', async () => {
    const state = createTill();
    const port = await remotely(state, redacted('guessed'));
    expect(await port.add(context(), { amount: 1n })).toMatchObject({ error: { code: 'unavailable' } });
    expect(state.executed).toBe(0);
  });

  it('answers unavailable where nobody listens', async () => {
    const address = { socketPath: join(tmpdir(), 'nobody-here.sock') };
    const remote = connectRemote(till, {
      address,
      caller: 'shop',
      secret: redacted('x'),
      clock: systemClock,
    });
    expect(await remote.port.add(context(), { amount: 1n })).toMatchObject({
      error: { code: 'unavailable' },
    });
    await expect(remote.check()).rejects.toThrow();
  });

  it('answers unknown where the callee broke after it began', async () => {
    const port = await remotely(createTill());
    expect(await port.add(context({ commandId: 'bug' }), { amount: 1n })).toMatchObject({
      error: { code: 'unknown' },
    });
  });

  it('answers unknown where the connection breaks before the answer', async () => {
    const state = createTill(new Promise(() => undefined));
    const port = await remotely(state);
    const answer = port.add(context(), { amount: 1n });
    await expect.poll(() => state.executed).toBe(1);
    servers[0]?.closeAllConnections();
    expect(await answer).toMatchObject({ error: { code: 'unknown' } });
  });

  it('compares versions when it connects', async () => {
    const callee = createCallee(till, createTill().implementation, systemClock);
    const server = serveContracts([callee], new Map([['shop', redacted('s')]]));
    const socketPath = join(mkdtempSync(join(tmpdir(), 'till-')), 's');
    await new Promise<void>((resolve) => {
      server.listen(socketPath, resolve);
    });
    servers.push(server);
    const options = { address: { socketPath }, caller: 'shop', secret: redacted('s'), clock: systemClock };
    await expect(connectRemote(till, options).check()).resolves.toBeUndefined();
    const older = { ...till, version: 2 };
    await expect(connectRemote(older, options).check()).rejects.toThrow(/409/);
    expect(await connectRemote(older, options).port.add(context(), { amount: 1n })).toMatchObject({
      error: { code: 'unavailable' },
    });
  });
});

it('injects both faults: not executed, and executed with its answer lost', async () => {
  const state = createTill();
  const port = await locally(state);
  const before = withFaults(till, port, () => 'before');
  expect(await before.add(context(), { amount: 1n })).toMatchObject({ error: { code: 'unavailable' } });
  expect(state.executed).toBe(0);
  const after = withFaults(till, port, () => 'after');
  expect(await after.add(context(), { amount: 1n })).toMatchObject({ error: { code: 'unknown' } });
  expect(state.executed).toBe(1);
});

describe('contract values on the wire', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt(),
      fc.array(tie('any')),
      fc.dictionary(
        fc.string().filter((key) => !key.startsWith('$') && key !== '__proto__'),
        tie('any'),
        { noNullPrototype: true },
      ),
    ),
  })).any;

  it('survive the round trip', () => {
    fc.assert(
      fc.property(value, (item) => {
        expect(decode(encode(item))).toEqual(item);
      }),
    );
  });

  it('refuse what is not plain data', () => {
    for (const bad of [Number.NaN, new Map(), () => 1, { $int: '1' }, redacted('x')]) {
      expect(() => encode(bad)).toThrow();
    }
  });

  it('refuse an integer that is none', () => {
    expect(() => decode('{"$int":"1e9"}')).toThrow();
    expect(() => decode(`{"$int":"${'9'.repeat(100)}"}`)).toThrow();
  });
});
