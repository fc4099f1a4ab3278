import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { firstLine } from '../../harness/first-line.ts';
import { type Answer, byLine, decode, encode, type Question } from './wire.ts';

/** A writer's process. */
export interface WriterProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Asks over a connection of its own; undefined where the process does not answer in time. */
  ask(question: Question['ask'], patienceMs?: number): Promise<Answer | undefined>;
}

/** Starts a writer's process; it tries to lead at once. */
export async function startWriter(url: string, manner = 'dutiful'): Promise<WriterProcess> {
  const child = start('writer-process.ts', [url, manner]);
  const port = Number(await firstLine(child));
  return { child, port, ask: (question, patienceMs = 500) => askOnce(port, question, patienceMs) };
}

/** The load's process. */
export interface LoadProcess {
  readonly child: ChildProcess;
  /** Calls acknowledged so far. */
  readonly acknowledged: number;
  /** Says where writers are. */
  tell(ports: readonly number[]): void;
  /** Lets every lane finish its call. */
  stop(): Promise<void>;
}

/** Starts the load; its own log goes to `file`. */
export function startLoad(file: string, seed: number): LoadProcess {
  const child = start('load-process.ts', [file, String(seed)]);
  let acknowledged = 0;
  let done = false;
  child.stdout?.on(
    'data',
    byLine((line) => {
      if (line === 'done') done = true;
      else acknowledged = Number(line);
    }),
  );
  const order = (what: object): void => {
    child.stdin?.write(`${encode(what)}\n`);
  };
  return {
    child,
    get acknowledged() {
      return acknowledged;
    },
    tell: (ports) => order({ ports }),
    async stop() {
      const ended = once(child, 'close');
      order({ stop: true });
      await ended;
      if (!done) throw new Error('the load ended before its time');
    },
  };
}

/** Ends a process without warning, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function start(script: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function askOnce(port: number, question: Question['ask'], patienceMs: number): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (answer?: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(finish, patienceMs);
    socket.on(
      'data',
      byLine((line) => finish(decode<Answer>(line))),
    );
    socket.on('error', () => finish());
    socket.on('close', () => finish());
    socket.write(`${encode({ n: 1, ask: question })}\n`);
  });
}
