import { createServer } from 'node:net';
import { systemRandom } from '@tpmall/kernel';

/**
 * Where a port is looked for. Below those that systems give to outgoing connections (32768 and more on Linux,
 * 49152 elsewhere): while a server that was killed starts again, one of these would soon be a connection's,
 * and be it that of a client which asks for the server all the time and is then its own partner. Nobody could
 * listen there for as long as it lasts.
 */
const FIRST_PORT = 10_000;
const PORTS = 10_000;
const ATTEMPTS = 100;

/**
 * A port of 127.0.0.1 where a server can be started again whenever it ends.
 *
 * @throws Error where a hundred random ones were taken
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [high = 0, low = 0] = systemRandom.bytes(2);
    const port = FIRST_PORT + ((high * 256 + low) % PORTS);
    if (await canListen(port, '127.0.0.1')) return port;
  }
  throw new Error(`none of ${ATTEMPTS} ports from ${FIRST_PORT} on was free`);
}

/** Whether a port of a loopback address is free. */
export function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
