import { createIds, systemClock, systemRandom } from '@tpmall/kernel';
import { absentPort } from '@tpmall/platform/contract';
import { openDatabase } from '@tpmall/platform/db';
import { createRelay } from '@tpmall/platform/events';
import { jobQueue } from '@tpmall/platform/jobs';
import { createMetrics, silentLog } from '@tpmall/platform/telemetry';
import { vaultContract } from '@tpmall/vault/contract';
import { webhooks } from '@tpmall/webhooks';

/**
 * One process with the webhooks module and its relay, to be killed: `webhooks-process.ts MODULE_URL RELAY_URL
 * CONFIG`. Says so when it has started, and ends with its standard input.
 */
const [moduleUrl = '', relayUrl = '', config = '{}'] = process.argv.slice(2);

const db = openDatabase({ url: moduleUrl, name: 'webhooks' });
const reader = openDatabase({ url: relayUrl, name: 'relay', max: 2 });
const metrics = createMetrics({ processMetrics: false });
const ground = { clock: systemClock, log: silentLog, metrics };
const running = await webhooks.create({
  ...{ ...ground, db, random: systemRandom, jobs: jobQueue, ports: { vault: absentPort(vaultContract) } },
  ids: createIds(systemClock, systemRandom),
  config: webhooks.config.parse(JSON.parse(config)),
});
const consumers = (running.subscriptions ?? []).map((subscription) => ({
  ...{ module: 'webhooks', db, subscription },
}));
createRelay({ ...ground, reader, consumers }).start();
await running.start?.();
process.stdout.write('started\n');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
