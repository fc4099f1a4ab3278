import { MILLISECOND, manualClock, SECOND } from '@tpmall/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { circuitSettings, createCircuit } from './circuit.ts';

const settings = circuitSettings.parse({
  consecutiveFailures: 3,
  failurePercent: 50,
  windowMs: 10_000,
  windowMinimum: 10,
  openMs: 1_000,
  probes: 2,
});

function made() {
  const clock = manualClock(1_000_000 * SECOND);
  const circuit = createCircuit(settings, clock);
  const record = (...answers: boolean[]): void => {
    for (const answered of answers) circuit.record(answered);
  };
  const pass = (milliseconds: number): void => clock.advance(milliseconds * MILLISECOND);
  return { circuit, clock, record, pass };
}

describe('a circuit', () => {
  test('opens by failures in a row, and one success begins the row anew', () => {
    const { circuit, record } = made();
    record(false, false, true, false, false);
    expect(circuit.state).toBe('closed');
    record(false);
    expect([circuit.state, circuit.admit()]).toEqual(['open', false]);
  });

  test('opens by the share of failures in the window, not before there are enough', () => {
    const { circuit, record } = made();
    record(false, true, false, true, false, true, false, true, true);
    expect(circuit.state).toBe('closed');
    record(false);
    // Ten by now, five of them failed.
    expect(circuit.state).toBe('open');
  });

  test('forgets what lies before the window', () => {
    const { circuit, record, pass } = made();
    record(false, true, false, true, false, true, false, true, false);
    pass(10_001);
    record(true, false);
    expect(circuit.state).toBe('closed');
  });

  test('lets a few probes through after a while, and closes when they are answered', () => {
    const { circuit, record, pass } = made();
    record(false, false, false);
    pass(999);
    expect([circuit.state, circuit.admit()]).toEqual(['open', false]);
    pass(1);
    expect(circuit.state).toBe('half_open');
    expect([circuit.admit(), circuit.admit(), circuit.admit()]).toEqual([true, true, false]);
    record(true);
    expect(circuit.state).toBe('half_open');
    record(true);
    expect([circuit.state, circuit.admit()]).toEqual(['closed', true]);
    record(false, false);
    expect(circuit.state).toBe('closed');
  });

  test('opens again by a probe that fails, for the whole time', () => {
    const { circuit, record, pass } = made();
    record(false, false, false);
    pass(1_000);
    expect(circuit.admit()).toBe(true);
    record(false);
    pass(999);
    expect(circuit.state).toBe('open');
    pass(1);
    expect(circuit.state).toBe('half_open');
  });

  test('a probe that was never sent is made up for', () => {
    const { circuit, record, pass } = made();
    record(false, false, false);
    pass(1_000);
    expect([circuit.admit(), circuit.admit(), circuit.admit()]).toEqual([true, true, false]);
    pass(1_000);
    expect(circuit.admit()).toBe(true);
  });

  test('never admits more than its probes while it is not closed, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
      fc.record({ do: fc.constant('record' as const), answered: fc.boolean() }),
      fc.record({ do: fc.constant('admit' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { circuit, record, pass } = made();
        let sinceMs = 0;
        let admitted: number[] = [];
        for (const each of steps) {
          const before = circuit.state;
          if (each.do === 'pass') {
            pass(each.ms);
            sinceMs += each.ms;
          } else if (each.do === 'record') record(each.answered);
          else if (circuit.admit()) {
            expect(before).not.toBe('open');
            if (before === 'half_open') admitted.push(sinceMs);
          } else expect(before).not.toBe('closed');
          if (circuit.state !== 'half_open') admitted = [];
          admitted = admitted.filter((at) => sinceMs - at < settings.openMs);
          expect(admitted.length).toBeLessThanOrEqual(2 * settings.probes - 1);
        }
      }),
    );
  });
});
