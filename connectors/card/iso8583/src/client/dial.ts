import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

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

/**
 * Begins a connection. Certificates are read anew each time, so that one that was replaced is used from the
 * next connection on; throws where they cannot be read.
 */
export async function dial(to: {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsSettings | undefined;
}): Promise<Dialled> {
  const { host, port, tls } = to;
  const line = { host, port, noDelay: true, keepAlive: true };
  if (!tls) return { socket: connect(line), ready: 'connect' };
  const [ca, cert, key] = await Promise.all([
    readFile(tls.caFile),
    tls.certificateFile === undefined ? undefined : readFile(tls.certificateFile),
    tls.keyFile === undefined ? undefined : readFile(tls.keyFile),
  ]);
  const socket = connectTls({
    ...line,
    ca,
    ...(cert && key ? { cert, key } : {}),
    servername: tls.serverName,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
  });
  return { socket, ready: 'secureConnect' };
}
