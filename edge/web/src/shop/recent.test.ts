import { manualClock, SECOND } from '@tpmall/kernel';
import { describe, expect, it } from 'vitest';
import { createRecent } from './recent.ts';

const clock = manualClock(1_800_000_000_000_000);

describe('what was asked a moment ago', () => {
  it('is asked once by all who want it, and again when it is old', async () => {
    const recent = createRecent(clock);
    let asked = 0;
    const ask = (question: string) =>
      recent(['shelf', question], async () => ({ ok: true, n: (asked += 1) }));
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toMatchObject([{ n: 1 }, { n: 1 }, { n: 2 }]);
    clock.advance(2 * SECOND - 1);
    expect(await ask('a')).toMatchObject({ n: 1 });
    clock.advance(1);
    expect(await ask('a')).toMatchObject({ n: 3 });
  });

  it('is not remembered where it failed', async () => {
    const recent = createRecent(clock);
    const answers = [{ ok: false }, { ok: true }];
    const ask = () => recent('x', async () => answers.shift() ?? { ok: false });
    expect([await ask(), await ask(), await ask()].map(({ ok }) => ok)).toEqual([false, true, true]);
    const broken = () => recent('y', () => Promise.reject(new Error('gone')));
    await expect(broken()).rejects.toThrow('gone');
    expect(await recent('y', async () => ({ ok: true }))).toEqual({ ok: true });
  });

  it('is bounded: the oldest question is forgotten first', async () => {
    const recent = createRecent(clock);
    let asked = 0;
    const ask = (question: number) => recent(question, async () => ({ ok: true, n: (asked += 1) }));
    for (let question = 0; question <= 200; question += 1) await ask(question);
    expect(await ask(200)).toMatchObject({ n: 201 });
    expect(await ask(0)).toMatchObject({ n: 202 });
  });
});
