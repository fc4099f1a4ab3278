import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { createIsoClient, type IsoClient } from '@tpmall/connector-iso8583';
import { systemClock } from '@tpmall/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CardNetworkProcess, spawnCardNetwork } from './process.ts';

const NAME = 'host.acquirer.example';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of a moment, and what it vouches for. */
async function createAuthority(): Promise<{ pem: string; issue(name: string): Promise<Certified> }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Authority of a test',
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  return {
    pem: authority.toString('pem'),
    async issue(name) {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
      });
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey));
      const body = pkcs8.toString('base64').replace(/(.{64})/g, '$1\n');
      const label = 'PRIVATE KEY';
      return {
        certificate: certificate.toString('pem'),
        key: `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`,
      };
    },
  };
}

let network: CardNetworkProcess;
let folder: string;
let authority: Awaited<ReturnType<typeof createAuthority>>;
let host: Certified;
let ours: Certified;
let server: Server;
let sockets: Set<TLSSocket>;
let client: IsoClient | undefined;

beforeAll(async () => {
  x509.cryptoProvider.set(webcrypto as never);
  network = await spawnCardNetwork();
  authority = await createAuthority();
  host = await authority.issue(NAME);
  ours = await authority.issue('mall.example');
});
afterAll(async () => {
  await network.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iso-tls-'));
  sockets = new Set();
  server = await secureHost({});
});
afterEach(async () => {
  await client?.stop();
  client = undefined;
  await close();
  await rm(folder, { recursive: true });
});

/** The acquirer's host behind TLS: what comes out of the tunnel is the simulator's own. */
async function secureHost(options: { certified?: Certified; maxVersion?: 'TLSv1.2'; port?: number }) {
  const { certificate, key } = options.certified ?? host;
  const made = createServer(
    {
      cert: certificate,
      key,
      ca: authority.pem,
      requestCert: true,
      rejectUnauthorized: true,
      ...(options.maxVersion ? { maxVersion: options.maxVersion } : {}),
    },
    (socket) => {
      sockets.add(socket);
      const inside = connectPlain(network.isoPort, '127.0.0.1');
      socket.pipe(inside).pipe(socket);
      const end = (): void => {
        socket.destroy();
        inside.destroy();
      };
      for (const each of [socket, inside]) each.on('error', end).on('close', end);
    },
  );
  await new Promise<void>((listening) => made.listen(options.port ?? 0, '127.0.0.1', listening));
  return made;
}

async function close(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => server.close(closed));
}

async function connect(
  options: { ca?: string; serverName?: string; certified?: Certified | null } = {},
): Promise<IsoClient> {
  const { ca = authority.pem, serverName = NAME, certified = ours } = options;
  const at = (name: string): string => join(folder, name);
  await writeFile(at('ca.pem'), ca);
  if (certified) {
    await writeFile(at('own.pem'), certified.certificate);
    await writeFile(at('own.key'), certified.key);
  }
  client = createIsoClient({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    tls: {
      ...{ caFile: at('ca.pem'), serverName },
      ...(certified ? { certificateFile: at('own.pem'), keyFile: at('own.key') } : {}),
    },
    acquirerId: '123456',
    terminalId: 'TERM0001',
    answerTimeoutMs: 5_000,
    echoEveryMs: 60_000,
    reconnectFirstMs: 20,
    reconnectMaxMs: 50,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
    onStray: () => undefined,
    onAdvice: async () => '00',
  });
  client.start();
  return client;
}

const signedOn = (of: IsoClient) =>
  expect.poll(() => of.status().state, { timeout: 20_000 }).toBe('signed_on');
const problem = (of: IsoClient, words: RegExp) =>
  expect.poll(() => of.status().lastProblem, { timeout: 20_000 }).toMatch(words);

test('signs on through TLS 1.3, each side known by its certificate', async () => {
  await signedOn(await connect());
  const [socket] = sockets;
  expect(socket?.getProtocol()).toBe('TLSv1.3');
  expect(socket?.getPeerCertificate().subject.CN).toBe('mall.example');
});

test('a host of another authority is refused', async () => {
  const stranger = await createAuthority();
  await problem(await connect({ ca: stranger.pem }), /certificate|signature/i);
  expect(client?.status().state).toBe('connecting');
});

test('a host whose certificate carries another name is refused', async () => {
  await problem(await connect({ serverName: 'other.example' }), /does not match/);
  expect(client?.status().state).toBe('connecting');
});

test('a host that wants to know who calls refuses a caller without a certificate', async () => {
  await problem(await connect({ certified: null }), /certificate required|closed|reset/i);
  expect(client?.status().state).toBe('connecting');
});

test('a host that speaks no TLS 1.3 is refused', async () => {
  await close();
  server = await secureHost({ maxVersion: 'TLSv1.2' });
  await problem(await connect(), /protocol|version|handshake/i);
  expect(client?.status().state).toBe('connecting');
});

test('a certificate that is replaced is used from the next connection on', async () => {
  const before = await connect({ ca: (await createAuthority()).pem });
  await problem(before, /certificate|signature/i);
  await writeFile(join(folder, 'ca.pem'), authority.pem);
  await signedOn(before);
});

test('a file that is missing is a problem of the link, and mended by the file', async () => {
  const made = await connect();
  await signedOn(made);
  await rm(join(folder, 'own.key'));
  for (const socket of sockets) socket.destroy();
  await problem(made, /ENOENT/);
  await writeFile(join(folder, 'own.key'), ours.key);
  await signedOn(made);
});
