import { expect, it } from 'vitest';
import { closeAll } from './close-all.ts';

it('closes what is left where one thing does not close, and says which it was', async () => {
  const closed: string[] = [];
  const closing = (name: string, error?: Error) => async (): Promise<void> => {
    closed.push(name);
    if (error) throw error;
  };
  const closers = [
    closing('lock'),
    closing('database', new Error('full')),
    closing('page', new Error('late')),
  ];
  await expect(closeAll(closers)).rejects.toThrow('late');
  expect(closed).toEqual(['page', 'database', 'lock']);
  await closeAll(closers);
  expect(closed).toHaveLength(3);
});
