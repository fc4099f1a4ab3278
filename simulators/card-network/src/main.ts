import { parseArgs } from 'node:util';
import { startCardNetwork } from './start.ts';

const { values } = parseArgs({
  options: {
    // Once for each acquirer.
    'iso-port': { type: 'string', multiple: true, default: ['0'] },
    'http-port': { type: 'string', default: '0' },
    'data-dir': { type: 'string' },
    'mac-key-file': { type: 'string' },
  },
});

const [isoPort = 0, ...moreIsoPorts] = values['iso-port'].map(Number);
const network = await startCardNetwork({
  ...{ isoPort, moreIsoPorts },
  httpPort: Number(values['http-port']),
  ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
  ...(values['mac-key-file'] === undefined ? {} : { macKeyFile: values['mac-key-file'] }),
  onProblem: (problem) => process.stderr.write(`${JSON.stringify({ event: 'problem', problem })}\n`),
});

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  network.close().then(
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

const { httpPort, url } = network;
const listening = { isoPort: network.isoPort, moreIsoPorts: network.moreIsoPorts, httpPort, url };
process.stdout.write(`${JSON.stringify({ event: 'ready', ...listening, pid: process.pid })}\n`);
