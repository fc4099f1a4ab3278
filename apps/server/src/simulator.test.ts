import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { silentLog } from '@tpmall/platform/telemetry';
import { expect, it } from 'vitest';
import { keepRunning } from './simulator.ts';

/** Simulators that start when they are told to, and whether each of them runs. */
function workshop() {
  const running: boolean[] = [];
  const begun: { readonly start: () => void; readonly child: EventEmitter }[] = [];
  const launch = () => {
    const index = begun.length;
    const child = new EventEmitter();
    return new Promise<{ child: ChildProcess; stop: () => Promise<void> }>((resolve) => {
      const start = (): void => {
        running[index] = true;
        const stop = async (): Promise<void> => void (running[index] = false);
        resolve({ child: child as ChildProcess, stop });
      };
      begun.push({ start, child });
    });
  };
  return { begun, running, launch };
}

it('stops one that is on its way up', async () => {
  const { begun, running, launch } = workshop();
  const starting = keepRunning('simulator', launch, silentLog);
  begun[0]?.start();
  const simulator = await starting;
  running[0] = false;
  begun[0]?.child.emit('exit', 1, null);
  await expect.poll(() => begun.length, { timeout: 20_000 }).toBe(2);
  const stopped = simulator.stop();
  begun[1]?.start();
  await stopped;
  expect(running).toEqual([false, false]);
});

it('starts none after it was stopped', async () => {
  const { begun, running, launch } = workshop();
  const starting = keepRunning('simulator', launch, silentLog);
  begun[0]?.start();
  const simulator = await starting;
  await simulator.stop();
  begun[0]?.child.emit('exit', 0, null);
  expect([begun.length, running]).toEqual([1, [false]]);
});
