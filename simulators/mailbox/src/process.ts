import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The mailbox as a process of its own. */
export interface MailboxProcess {
  readonly url: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** How long a process may take to say that it is ready. */
const READY_TIMEOUT_MS = 20_000;

/** Starts the mailbox in a process of its own, which ends with this one, and waits for its ready line. */
export async function spawnMailbox(ports: {
  readonly smtpPort: number;
  readonly httpPort: number;
}): Promise<MailboxProcess> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const args = ['--smtp-port', String(ports.smtpPort), '--http-port', String(ports.httpPort)];
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    // The channel closes when this process is gone, however it went, and the mailbox ends with it.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // A Ctrl-C in the terminal is for that process alone, which stops the mailbox once nobody needs it.
    detached: true,
  });
  const gone = new Promise<void>((ended) => child.once('exit', () => ended()));
  const url = await readyUrl(child);
  return {
    url,
    child,
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((ready, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('the mailbox did not get ready in time'));
    }, READY_TIMEOUT_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the mailbox ended with ${code} before it was ready`));
    });
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      ready((JSON.parse(line) as { readonly url: string }).url);
    });
  });
}
