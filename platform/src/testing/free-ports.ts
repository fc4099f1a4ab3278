import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '@tpmall/kernel';
import { canListen } from '../postgres/free-port.ts';
import { CLUSTER_FOLDER } from './cluster.ts';

/**
 * Where ports are looked for. Below those of outgoing connections, as the embedded Postgres's are, and above
 * these.
 */
const FIRST_PORT = 20_000;
const BLOCKS = 1_200;
const BLOCK_SIZE = 10;
const ATTEMPTS = 100;

/**
 * The first of ten consecutive free ports of the loopback addresses, away from the default ones: enough for a
 * whole server.
 *
 * @throws Error where a hundred random places had none
 */
export async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [high = 0, low = 0] = systemRandom.bytes(2);
    const first = FIRST_PORT + BLOCK_SIZE * ((high * 256 + low) % BLOCKS);
    const ports = Array.from({ length: BLOCK_SIZE }, (_, offset) => first + offset);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean) && isFirstToClaim(first)) return first;
  }
  throw new Error('no free ports');
}

/**
 * Files of one test run share nothing but its folder. What another has found it may not listen on yet, and
 * what is killed there listens on the same ports again.
 */
function isFirstToClaim(first: number): boolean {
  const folder = process.env[CLUSTER_FOLDER];
  if (folder === undefined) return true;
  try {
    writeFileSync(join(folder, `ports-${first}`), '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, 'localhost'));
}
