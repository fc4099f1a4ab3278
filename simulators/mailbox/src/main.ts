import { parseArgs } from 'node:util';
import { startMailbox } from './start.ts';

const { values } = parseArgs({
  options: { 'smtp-port': { type: 'string', default: '0' }, 'http-port': { type: 'string', default: '0' } },
});

const mailbox = await startMailbox({
  smtpPort: Number(values['smtp-port']),
  httpPort: Number(values['http-port']),
  onProblem: (problem) => process.stderr.write(`${JSON.stringify({ event: 'problem', problem })}\n`),
});

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  mailbox.close().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${JSON.stringify({ event: 'problem', problem: String(error) })}\n`);
      process.exit(1);
    },
  );
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
// Started by another process: it must not outlive that one, or its ports would be taken at the next start.
if (process.connected) process.once('disconnect', stop);

const { smtpPort, httpPort, url } = mailbox;
process.stdout.write(`${JSON.stringify({ event: 'ready', smtpPort, httpPort, url, pid: process.pid })}\n`);
