import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { assert, type Redacted } from '@tpmall/kernel';
import { readWrappingKey } from '../codec/index.ts';

/** How the line is secured: TLS 1.3, the host proved by its certificate and, where it asks, we by ours. */
export interface TlsSettings {
  /** Path of the authorities (PEM) that may vouch for the host; the machine's own count for nothing. */
  readonly caFile: string;
  /** The name that the host's certificate must carry. */
  readonly serverName: string;
  /** Paths of our certificate and its key (PEM), for hosts that want to know who calls. */
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** A line that is being made. */
export interface Dialled {
  readonly socket: Socket;
  /** The event by which the socket says that it may be written to. */
  readonly ready: 'connect' | 'secureConnect';
}

/** The content of the files that {@link TlsSettings} name. */
export interface Certificates {
  readonly ca: Buffer;
  readonly own: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** Reads the files; anew for each connection, so that one that was replaced is used from the next one on. */
export async function readCertificates(tls: TlsSettings): Promise<Certificates> {
  const { caFile, certificateFile, keyFile } = tls;
  if (certificateFile === undefined || keyFile === undefined) {
    return { ca: await readFile(caFile), own: undefined };
  }
  const [ca, cert, key] = await Promise.all([caFile, certificateFile, keyFile].map((path) => readFile(path)));
  assert(ca && cert && key, 'each of the three was read');
  return { ca, own: { cert, key } };
}

/**
 * Begins a connection. Whoever calls must listen for its errors at once, in the same turn: an address that
 * cannot be reached says so before any promise is looked at.
 */
export function dial(
  { host, port }: { readonly host: string; readonly port: number },
  secured: { readonly tls: TlsSettings; readonly certificates: Certificates } | undefined,
): Dialled {
  const line = { host, port, noDelay: true, keepAlive: true };
  if (!secured) return { socket: connect(line), ready: 'connect' };
  const { ca, own } = secured.certificates;
  const socket = connectTls({
    ...line,
    ca,
    ...own,
    servername: secured.tls.serverName,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
  });
  return { socket, ready: 'secureConnect' };
}

/**
 * The key of a file, read anew at each use, so that one that was replaced is used from the next one on.
 * Undefined where the file is not there or holds no key.
 */
export async function readKeyFile(path: string): Promise<Redacted<Buffer> | undefined> {
  const text = await readFile(path, 'latin1').catch(() => '');
  return readWrappingKey(text);
}
