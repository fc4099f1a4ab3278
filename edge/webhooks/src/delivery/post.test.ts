import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { systemClock } from '@tpmall/kernel';
import { afterEach, describe, expect, it } from 'vitest';
import { createAddressRule } from './addresses.ts';
import { createPoster, type Poster } from './post.ts';

const config = { connectTimeoutMs: 500, answerTimeoutMs: 300, laneInFlight: 4 };
const loopback = createAddressRule(['127.0.0.0/8', '::1/128']);
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function poster(mayConnect = loopback): Poster {
  const made = createPoster(config, mayConnect, systemClock);
  closers.push(() => made.close());
  return made;
}

async function serve(answer: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, server };
}

const post = (by: Poster, url: string) =>
  by.post({ endpoint: 'we_1', url, headers: { 'x-test': 'yes' }, body: '{"a":"Zoë"}' });

describe('a post', () => {
  it('sends these bytes and headers, and keeps the beginning of the answer', async () => {
    let got = '';
    const { port } = await serve((request, response) => {
      request.setEncoding('utf8');
      request.on('data', (text: string) => {
        got += text;
      });
      request.on('end', () => {
        response.setHeader('x-shop', String(request.headers['x-test']));
        response.end('thank you');
      });
    });
    const result = await post(poster(), `http://127.0.0.1:${port}/hook?a=b`);
    expect(got).toBe('{"a":"Zoë"}');
    expect(result).toMatchObject({
      status: 200,
      error: null,
      body: 'thank you',
      headers: { 'x-shop': 'yes' },
    });
  });

  it('counts 2xx only, and follows no redirect', async () => {
    const visited: string[] = [];
    const { port } = await serve((request, response) => {
      visited.push(request.url ?? '');
      response.writeHead(Number((request.url ?? '').slice(1)), { location: `http://127.0.0.1:${port}/200` });
      response.end();
    });
    const by = poster();
    const outcome = async (status: number) => (await post(by, `http://127.0.0.1:${port}/${status}`)).error;
    expect(await outcome(204)).toBeNull();
    expect(await outcome(302)).toBe('redirect');
    expect(await outcome(307)).toBe('redirect');
    expect(await outcome(500)).toBe('status');
    expect(await outcome(410)).toBe('status');
    expect(visited).toEqual(['/204', '/302', '/307', '/500', '/410']);
  });

  it('waits for the answer where something is said before it', async () => {
    const { port } = await serve((_request, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</hook>; rel=preload' }, () => response.writeHead(503).end('no'));
    });
    expect(await post(poster(), `http://127.0.0.1:${port}/`)).toMatchObject({
      ...{ status: 503, error: 'status', body: 'no' },
    });
  });

  it('goes to the path that an endpoint has by now, over the connection that it has', async () => {
    const seen: string[] = [];
    const ports = new Set<number | undefined>();
    const { port } = await serve((request, response) => {
      seen.push(request.url ?? '');
      ports.add(request.socket.remotePort);
      response.end();
    });
    const by = poster();
    for (const path of ['/old', '/old', '/new?a=b']) {
      await post(by, `http://127.0.0.1:${port}${path}`);
      // The answer is told before its connection is free.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([seen, ports.size]).toEqual([['/old', '/old', '/new?a=b'], 1]);
    const other = await serve((_request, response) => response.writeHead(204).end());
    expect(await post(by, `http://127.0.0.1:${other.port}/`)).toMatchObject({ status: 204 });
  });

  it('ends when nobody answers, and when an answer never ends', async () => {
    const { port } = await serve((request, response) => {
      if (request.url === '/half') response.writeHead(200).write('beginning');
    });
    const by = poster();
    expect(await post(by, `http://127.0.0.1:${port}/never`)).toMatchObject({
      status: null,
      error: 'timeout',
    });
    const half = await post(by, `http://127.0.0.1:${port}/half`);
    expect(half).toMatchObject({ status: 200, error: null, body: 'beginning' });
  });

  it('ends when an answer comes drop by drop', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x: y\r\n'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    expect(await post(poster(), `http://127.0.0.1:${port}/`)).toMatchObject({
      status: null,
      error: 'timeout',
    });
    const dripping = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drip));
    });
    const slow = await post(poster(), `http://127.0.0.1:${dripping.port}/`);
    expect(slow).toMatchObject({ status: 200, error: null });
    expect(slow.body).toMatch(/^x+$/);
  });

  it('has one time for head and body of an answer, which begins with the request', async () => {
    let arrived: () => void;
    const lateArrived = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let beginLate: () => void;
    const { port } = await serve((request, response) => {
      const begin = () => response.writeHead(200).write('beginning');
      if (request.url === '/late') {
        beginLate = begin;
        return arrived();
      }
      begin();
      // The head of the first answer comes after that of the second, and neither ends.
      setTimeout(beginLate, 50);
    });
    const by = poster();
    const ended: string[] = [];
    const ask = async (path: string) => {
      await post(by, `http://127.0.0.1:${port}${path}`);
      ended.push(path);
    };
    const late = ask('/late');
    await lateArrived;
    await Promise.all([late, ask('/prompt')]);
    expect(ended).toEqual(['/late', '/prompt']);
  });

  it('keeps little of a huge answer, and does not read it to its end', async () => {
    let written = 0;
    const chunk = 'x'.repeat(65_536);
    const { port } = await serve((_request, response) => {
      const pour = (): void => {
        while (!response.destroyed && written < 1e9 && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', pour);
      response.on('error', () => undefined);
      pour();
    });
    const result = await post(poster(), `http://127.0.0.1:${port}/`);
    expect(result).toMatchObject({ status: 200, error: null });
    expect(result.body).toHaveLength(2_048);
    expect(written).toBeLessThan(50_000_000);
  });

  it('tells a connection that breaks off, that is refused, and headers without end', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data: Buffer) => {
        if (!data.includes('/headers')) socket.destroy();
        else socket.write(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(500)}\r\n`.repeat(100)}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const by = poster();
    expect(await post(by, `http://127.0.0.1:${port}/`)).toMatchObject({
      status: null,
      error: 'connection_closed',
    });
    expect(await post(by, `http://127.0.0.1:${port}/headers`)).toMatchObject({
      status: null,
      error: 'failed',
    });
    await by.close();
    await new Promise((resolve) => server.close(resolve));
    const refused = await post(poster(), `http://127.0.0.1:${port}/`);
    expect(refused).toMatchObject({ status: null, error: 'connection_refused' });
  });

  it('stores no text that a database would refuse', async () => {
    const { port } = await serve((_request, response) => response.end(Buffer.from([65, 0, 0xff, 66])));
    expect((await post(poster(), `http://127.0.0.1:${port}/`)).body).toBe('A\ufffd\ufffdB');
  });

  it('connects to nothing private, by whatever name or notation', async () => {
    let asked = 0;
    const { port } = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const by = poster(createAddressRule([]));
    for (const host of [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f000001',
      '127.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
    ]) {
      const result = await post(by, `http://${host}:${port}/`);
      expect(result, host).toMatchObject({ status: null, error: 'address_refused' });
    }
    expect(asked).toBe(0);
  });

  it('connects by a name whose addresses are allowed', async () => {
    const { port } = await serve((_request, response) => response.end('ok'));
    expect(await post(poster(), `http://localhost:${port}/`)).toMatchObject({ status: 200, error: null });
    const unknown = await post(poster(), `http://no-such-host.invalid:${port}/`);
    expect(unknown).toMatchObject({ status: null, error: 'name_not_resolved' });
  });

  it('does not speak in the clear where https is asked for', async () => {
    const { port } = await serve((_request, response) => response.end('ok'));
    expect(await post(poster(), `https://127.0.0.1:${port}/`)).toMatchObject({ status: null, error: 'tls' });
  });
});
