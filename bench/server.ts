import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DevFile } from '@tpmall/server';
import { cleanEnvironment } from '../tests/harness/clean-environment.ts';
import { cpuOf, cpuOfTree } from './processor.ts';

/** As `npm start` runs it. */
const NODE_FLAGS = ['--max-semi-space-size=64'];

/** Microseconds of CPU that each part has used since it was started. */
export interface Cpu {
  readonly server: number;
  readonly postgres: number;
  readonly network: number;
}

/** A server that is measured. */
export interface BenchServer {
  readonly dev: DevFile;
  cpu(): Cpu;
  stop(): Promise<void>;
}

/** A server in a process of its own, so that the load generator's CPU is not counted as the server's. */
export async function startServer(words: readonly string[] = []): Promise<BenchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tpmall-bench-'));
  const main = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    // It takes the first free block of ports by itself.
    [...NODE_FLAGS, '--import', 'tsx', main, '--data-dir', dataDir, ...words],
    { stdio: ['ignore', 'pipe', 'inherit'], env: cleanEnvironment() },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('\nready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
  const dev = JSON.parse(readFileSync(join(dataDir, 'dev.json'), 'utf8')) as DevFile;
  const pid = child.pid ?? 0;
  const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    dev,
    cpu: () => {
      const whole = cpuOfTree(pid);
      const server = cpuOf(pid);
      const postgres = cpuOfTree(postmaster);
      // Postgres is a child of the server where the server started it.
      return { server, postgres, network: Math.max(0, whole - server - postgres) };
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Sends a request and answers with the body of what comes back; a refusal throws. */
type Sender = (
  path: string,
  body?: string | Record<string, string>,
  headers?: Record<string, string>,
) => Promise<string>;

/** A lean client over kept connections: the generator's CPU is taken from the server on a small machine. */
export function createSender(origin: string, key: string, maxSockets = 256): Sender {
  const { port } = new URL(origin);
  // Kept between the cases too: Node accepts one connection in each turn of its loop.
  const agent = new Agent({ keepAlive: true, maxSockets, maxFreeSockets: maxSockets });
  return (path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = typeof body === 'object' ? new URLSearchParams(body).toString() : body;
      const type = typeof body === 'object' ? 'application/x-www-form-urlencoded' : 'application/json';
      const outgoing = request(
        {
          ...{ host: '127.0.0.1', port, path, agent, method: text === undefined ? 'GET' : 'POST' },
          headers: {
            authorization: `Bearer ${key}`,
            ...(text === undefined
              ? {}
              : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
            ...headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => {
            const answer = Buffer.concat(chunks).toString();
            if ((incoming.statusCode ?? 500) < 300) resolve(answer);
            else reject(new Error(`${path} answered ${incoming.statusCode}: ${answer}`));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(text);
    });
}
