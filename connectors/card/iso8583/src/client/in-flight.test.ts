import { expect, it } from 'vitest';
import type { Fields, IsoMessage } from '../codec/index.ts';
import { createInFlight } from './in-flight.ts';
import { systemTimers } from './timers.ts';

const LONG_MS = 60_000;
const asked = { 3: '000000', 4: '000000001000', 7: '1128143000', 11: '000001', 32: '12345', 41: 'TPM00001' };
const question = (more: Fields = {}): IsoMessage => ({ mti: '0100', fields: { ...asked, ...more } });
const answer = (more: Fields = {}): IsoMessage => ({
  mti: '0110',
  fields: { ...asked, 39: '00', ...more },
});

it('takes for an answer what has its trace and speaks of the same money, and nothing else', async () => {
  const inFlight = createInFlight(systemTimers);
  const exchange = inFlight.open(question({ 49: '978' }), LONG_MS);
  for (const other of [{ 4: '000000009999' }, { 3: '200000' }, { 49: '840' }]) {
    expect(inFlight.settle(answer({ 49: '978', ...other }))).toBe('stranger');
  }
  for (const other of [{ 7: '1128143001' }, { 11: '000002' }, { 32: '54321' }, { 41: 'TPM00002' }]) {
    expect(inFlight.settle(answer(other))).toBe('stranger');
  }
  expect(inFlight.settle({ ...answer(), mti: '0410' })).toBe('stranger');
  expect(inFlight.size).toBe(1);
  // What it leaves out it does not contradict.
  expect(inFlight.settle(answer())).toBeUndefined();
  expect(await exchange).toMatchObject({ state: 'answered', answer: { fields: { 39: '00' } } });
  expect(inFlight.settle(answer())).toBe('duplicate');
});

it('has no two open questions of one trace, and knows the answer of one that was given up', async () => {
  const inFlight = createInFlight(systemTimers);
  const exchange = inFlight.open(question(), LONG_MS);
  expect(inFlight.open(question(), LONG_MS)).toBeUndefined();
  inFlight.loseAll('the line broke');
  expect(await exchange).toEqual({ state: 'lost', reason: 'the line broke' });
  expect(inFlight.settle(answer())).toBe('late');
  expect(inFlight.size).toBe(0);
});
