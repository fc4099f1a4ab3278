import { MINUTE, manualClock, redacted, SECOND } from '@tpmall/kernel';
import { expect, it } from 'vitest';
import { createCvvMemory } from './cvv-memory.ts';

const code = redacted('123');

it('hands a code out once; only the same command gets it again, and for a minute', () => {
  const clock = manualClock(0);
  const memory = createCvvMemory(clock);
  memory.put('pm_1', code);
  expect(memory.take('pm_2', 'cmd_1')).toBeNull();
  expect(memory.take('pm_1', 'cmd_1')).toBe('123');
  expect(memory.take('pm_1', 'cmd_2')).toBeNull();
  clock.advance(60 * SECOND);
  expect(memory.take('pm_1', 'cmd_1')).toBe('123');
  clock.advance(1);
  expect(memory.take('pm_1', 'cmd_1')).toBeNull();
  expect(memory.size()).toBe(0);
});

it('forgets after 15 minutes, asked or swept', () => {
  const clock = manualClock(0);
  const memory = createCvvMemory(clock);
  memory.put('pm_1', code);
  memory.put('pm_2', code);
  clock.advance(15 * MINUTE);
  memory.sweep();
  expect(memory.take('pm_1', 'cmd_1')).toBe('123');
  clock.advance(1);
  expect(memory.take('pm_2', 'cmd_2')).toBeNull();
  memory.sweep();
  expect(memory.size()).toBe(0);
});

it('is bounded, and drops the oldest', () => {
  const memory = createCvvMemory(manualClock(0), 2);
  for (const id of ['pm_1', 'pm_2', 'pm_3']) memory.put(id, code);
  expect(memory.size()).toBe(2);
  expect(memory.take('pm_1', 'cmd_1')).toBeNull();
  expect(memory.take('pm_3', 'cmd_1')).toBe('123');
});

it('takes the code that was typed last', () => {
  const memory = createCvvMemory(manualClock(0));
  memory.put('pm_1', code);
  memory.take('pm_1', 'cmd_1');
  memory.put('pm_1', redacted('999'));
  expect(memory.take('pm_1', 'cmd_2')).toBe('999');
});
