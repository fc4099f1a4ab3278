import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { leftSince, whatIsHeld } from './held.ts';

it('tells what a file leaves behind in its process, and nothing once it is put back', async () => {
  const before = whatIsHeld();
  // What was closed is gone a turn of the loop later.
  const left = () => expect.poll(() => leftSince(before), { timeout: 20_000 });
  await left().toEqual([]);

  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  await left().toEqual(['a TCPServerWrap']);
  server.close();
  await once(server, 'close');

  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  await once(child, 'spawn');
  await left().toEqual(['a ProcessWrap']);
  child.stdin.end();
  await once(child, 'close');

  const listener = (): void => undefined;
  process.on('SIGUSR2', listener);
  await left().toEqual(['a listener of the process’s SIGUSR2']);
  process.off('SIGUSR2', listener);

  process.env['TPMALL_LEFT'] = 'yes';
  await left().toEqual(['TPMALL_LEFT of the environment is another']);
  delete process.env['TPMALL_LEFT'];

  const folder = process.cwd();
  process.chdir(tmpdir());
  await left().toEqual([`it works in ${process.cwd()}`]);
  process.chdir(folder);
  await left().toEqual([]);
});
