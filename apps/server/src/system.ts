import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Micros, machineClock, type Random, SECOND, systemRandom } from '@tpmall/kernel';
import type { Contract, Port } from '@tpmall/platform/contract';
import { type Database, openDatabase, sql, withConnection } from '@tpmall/platform/db';
import { type Consumer, createRelay, type Relay } from '@tpmall/platform/events';
import { type JobOwner, startJobs } from '@tpmall/platform/jobs';
import { migrate } from '@tpmall/platform/migrations';
import type { Origin } from '@tpmall/platform/module';
import { createLog, createMetrics, type Log, type MetricsRegistry } from '@tpmall/platform/telemetry';
import { UPKEEP, type UpkeepConfig, upkeepConfig, upkeepJobs } from '@tpmall/platform/upkeep';
import { spawnCardNetwork } from '@tpmall/simulator-card-network';
import { spawnMailbox } from '@tpmall/simulator-mailbox';
import type { FastifyInstance } from 'fastify';
import { closeAll } from './close-all.ts';
import { isElsewhere, openDatabaseServer } from './database.ts';
import { type Instance, isInstance, openInstance, removeInstance } from './instance.ts';
import { lockModules, refuseCrowd, refuseSplitOrigin } from './module-locks.ts';
import { MODULE_NAMES, type ServerOptions, UsageError } from './options.ts';
import { createOrigins } from './origins.ts';
import { createOutageLog } from './outage-log.ts';
import type { Ports } from './port-block.ts';
import { reservePorts } from './ports.ts';
import { allModules, registry } from './registry.ts';
import { type Settings, type SettingsOverrides, settingsFor } from './settings.ts';
import { readSettingsFile } from './settings-file.ts';
import { keepRunning, type Simulator } from './simulator.ts';
import { type FaultPlan, serveModules, type Wiring, wireModules } from './wiring.ts';

/** A running process of TPMall. */
export interface System {
  readonly instance: Instance;
  readonly apiUrl: string;
  readonly vaultUrl: string;
  readonly webUrl: string;
  /** The console of developers and operators. */
  readonly consoleUrl: string;
  /** The card-network simulator's pages; empty where payments go elsewhere. */
  readonly simulatorUrl: string;
  /** The mailbox simulator's page; empty where mails go elsewhere. */
  readonly mailboxUrl: string;
  /** Connection string of the database's superuser. */
  readonly databaseUrl: string;
  /** A port for a caller that is no module. */
  portFor<C extends Contract>(contract: C, caller: string): Port<C>;
  /** A module's own database, for tests that look behind the ports. */
  databaseOf(module: string): Database | undefined;
  /** The HTTP applications, for tests that inject requests. */
  readonly apps: Readonly<Record<Origin, FastifyInstance>>;
  /** Delivers every event that is there. */
  drainEvents(): Promise<void>;
  /** Stops cleanly: no new requests, those under way finished, everything closed. */
  close(): Promise<void>;
}

/** What a start may be given besides its options; tests use most of these. */
export interface SystemParts {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log & { forModule(module: string): Log };
  /** Told of each step as it is done, with its duration in milliseconds. */
  readonly onStep?: (step: string, ms: number) => void;
  readonly faults?: FaultPlan;
  /** In the place of what the settings file says. */
  readonly settings?: SettingsOverrides;
  /** False where it is only to be looked at: events stay where they are, and no job runs that deletes any. */
  readonly background?: boolean;
}

/** Reads for all consumers of the process; they take turns. */
const RELAY_CONNECTIONS = 2;

/** How long a database that was away is waited for at a time. */
const PING_MS = 2_000;

const ping = sql('server.ping', 'SELECT 1 AS one');

/** Starts the modules that the options name, and everything they stand on. */
export async function startSystem(options: ServerOptions, parts: SystemParts = {}): Promise<System> {
  const closers: (() => Promise<void>)[] = [];
  const log = parts.log ?? createLog({ level: options.logLevel });
  try {
    return await start(options, { ...parts, log }, closers);
  } catch (error) {
    // Why it does not start is what is to be said, whatever of it does not stop either.
    await closeAll(closers).catch((other: unknown) =>
      log.error({ error: other }, 'not all of it was stopped'),
    );
    throw error;
  }
}

async function start(
  options: ServerOptions,
  parts: SystemParts & Required<Pick<SystemParts, 'log'>>,
  closers: (() => Promise<void>)[],
): Promise<System> {
  const random = parts.random ?? systemRandom;
  const clock = parts.clock ?? clockFor(parts.log);
  const { log, stop } = createOutageLog(parts.log, clock, () => answers(database.localUrl));
  const ground: Ground = { clock, random, log, metrics: createMetrics({ processMetrics: true }) };
  const step = stepper(clock, parts.onStep);

  const overrides = parts.settings ?? readSettingsFile(options, process.env);
  if (options.reset) await reset(options);
  const instance = openInstance(options.dataDir, random);
  const unlock = lockModules(options.dataDir, options.modules);
  closers.push(
    async () => unlock(),
    async () => stop(),
  );
  refuseSplitOrigin(options.dataDir, options.modules);
  if (!options.databaseUrl) refuseCrowd(options.dataDir);
  const { ports, release } = await reservePorts(options, instance.readDev());
  closers.push(release);
  const modules = MODULE_NAMES.filter((name) => options.modules.includes(name)).map((name) => registry[name]);
  const database = await step('database', () => openDatabaseServer({ ...options, log: parts.log }));
  closers.push(() => database.stop());
  const secret = instance.secretFor('database roles');
  // All schemas, whichever modules run here: who reads an outbox finds it, even before its module starts.
  const { urlOf } = await step('schema', () =>
    migrate({ adminUrl: database.localUrl, modules: allModules, secret, log, clock }),
  );

  const settings = settingsFor({ server: options, instance, ports, overrides });
  const upkeep = upkeepConfig.parse(settings.byModule[UPKEEP]);
  await startSimulators({ options, settings, ports, log, step, closers });

  const wiring = await step('modules', () =>
    wireModules({
      ...{ instance, modules, settings: settings.byModule, urlOf, faults: parts.faults },
      ...ground,
    }),
  );
  closers.push(() => wiring.close());
  await startModules(wiring, closers);
  const served = await serveModules(wiring, instance, [...MODULE_NAMES, 'operator']);
  closers.push(() => served.close());

  const runs = parts.background ?? true;
  const { relay, reader } = await step('jobs', () =>
    startBackground({ wiring, urlOf, upkeep, ground, closers, runs }),
  );
  const isReady = readiness(reader, log);
  const origins = await step('pages', () =>
    createOrigins({ server: options, ports, wiring, isReady, ...ground }),
  );
  closers.push(() => origins.close());
  await origins.listen();
  await release();
  const { apiUrl, vaultUrl, webUrl, consoleUrl, apps } = origins;
  return {
    ...{ instance, apiUrl, vaultUrl, webUrl, consoleUrl, apps },
    simulatorUrl: settings.usesSimulator ? `http://localhost:${ports.simulator}` : '',
    mailboxUrl: settings.usesMailbox ? `http://localhost:${ports.mailbox.http}` : '',
    databaseUrl: database.url,
    portFor: wiring.portFor,
    databaseOf: (module) => wiring.wired.find((one) => one.definition.name === module)?.db,
    drainEvents: () => relay.drain(),
    close: () => closeAll(closers),
  };
}

async function reset({ dataDir, databaseUrl }: ServerOptions): Promise<void> {
  if (databaseUrl !== undefined || isElsewhere(dataDir)) {
    throw new UsageError(
      '--reset throws away what is in the data folder and would leave the database of DATABASE_URL as it ' +
        `is, without its keys. Drop that database and remove ${dataDir} yourself, or start with one of ` +
        'another server and another --data-dir.',
    );
  }
  if (!existsSync(dataDir)) return;
  if (!isInstance(dataDir)) {
    // A folder that was made for it is as good as none.
    if (statSync(dataDir).isDirectory() && readdirSync(dataDir).length === 0) return;
    throw new UsageError(
      `--reset throws away an instance, and there is none in ${dataDir}. Start without --reset, or name ` +
        'the folder of one with --data-dir.',
    );
  }
  // Nothing of it may run. The locks go with the folder.
  lockModules(dataDir, MODULE_NAMES);
  await removeInstance(dataDir);
}

/** What everything in the process stands on. */
interface Ground {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log & { forModule(module: string): Log };
  readonly metrics: MetricsRegistry;
}

/** Starts the simulators that the settings want, side by side. */
async function startSimulators(parts: {
  readonly options: ServerOptions;
  readonly settings: Settings;
  readonly ports: Ports;
  readonly log: Log;
  readonly step: ReturnType<typeof stepper>;
  readonly closers: (() => Promise<void>)[];
}): Promise<void> {
  const { options, settings, ports, log, step, closers } = parts;
  const starting: Promise<Simulator>[] = [];
  if (options.modules.includes('acquiring') && settings.usesSimulator) {
    const dataDir = join(options.dataDir, 'card-network');
    const [isoPort, ...moreIsoPorts] = ports.acquirers;
    const launch = () => spawnCardNetwork({ isoPort, moreIsoPorts, httpPort: ports.simulator, dataDir });
    starting.push(step('card network', () => keepRunning('card-network simulator', launch, log)));
  }
  if (options.modules.includes('mail') && settings.usesMailbox) {
    const { smtp: smtpPort, http: httpPort } = ports.mailbox;
    const launch = () => spawnMailbox({ smtpPort, httpPort });
    starting.push(step('mailbox', () => keepRunning('mailbox simulator', launch, log)));
  }
  // Each is stopped that has started, whatever became of the others.
  const ends = await Promise.allSettled(starting);
  for (const end of ends) if (end.status === 'fulfilled') closers.push(() => end.value.stop());
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Makes what works behind the requests, the relay and the jobs, and starts it where it is to run. */
async function startBackground(parts: {
  readonly wiring: Wiring;
  readonly urlOf: (name: string) => string;
  readonly upkeep: UpkeepConfig;
  readonly ground: Ground;
  readonly closers: (() => Promise<void>)[];
  readonly runs: boolean;
}): Promise<{ relay: Relay; reader: Database }> {
  const { wiring, urlOf, upkeep, ground, closers, runs } = parts;
  const reader = openDatabase({
    url: urlOf('relay'),
    name: 'relay',
    max: RELAY_CONNECTIONS,
    onError: (error) => ground.log.warn({ error }, 'the relay lost a connection'),
  });
  closers.push(() => reader.close());
  const relay = createRelay({ reader, consumers: consumersOf(wiring), ...ground });
  if (!runs) return { relay, reader };
  await relay.begin();
  relay.start();
  closers.push(() => relay.stop());
  const pruner = openDatabase({
    url: urlOf(UPKEEP),
    name: UPKEEP,
    max: 1,
    onError: (error) => ground.log.warn({ error }, 'upkeep lost its connection'),
  });
  closers.push(() => pruner.close());
  const owners = [...jobOwnersOf(wiring), upkeepJobs({ db: pruner, ...ground, ...upkeep })];
  const jobs = await startJobs({ url: urlOf('jobs'), owners, ...ground });
  closers.push(() => jobs.stop());
  return { relay, reader };
}

/** Ready is who can reach the database: without it nothing can be accepted. */
function readiness(reader: Database, log: Log): () => Promise<boolean> {
  return () =>
    reader.run(ping).then(
      () => true,
      (error: unknown) => {
        log.warn({ error }, 'the database does not answer');
        return false;
      },
    );
}

function clockFor(log: Log): Clock {
  return machineClock({
    onStep: (by: Micros) => log.warn({ seconds: by / SECOND }, "the machine's clock was set"),
  });
}

function answers(url: string): Promise<boolean> {
  const config = { connectionString: url, connectionTimeoutMillis: PING_MS, application_name: 'tpmall look' };
  return withConnection(config, (client) => client.query(ping.text)).then(
    () => true,
    () => false,
  );
}

/** Starts the modules, those that others need first; they stop the other way round. */
async function startModules(wiring: Wiring, closers: (() => Promise<void>)[]): Promise<void> {
  for (const { running } of wiring.wired) {
    await running.start?.();
    closers.push(async () => running.stop?.());
  }
}

function consumersOf(wiring: Wiring): Consumer[] {
  return wiring.wired.flatMap(({ definition, running, db }) =>
    (running.subscriptions ?? []).map((subscription) => ({ module: definition.name, db, subscription })),
  );
}

function jobOwnersOf(wiring: Wiring): JobOwner[] {
  return wiring.wired.map(({ definition, running, db }) => ({
    module: definition.name,
    db,
    jobs: running.jobs ?? [],
  }));
}

/** Runs a step and tells how long it took. */
function stepper(
  clock: Clock,
  onStep: SystemParts['onStep'],
): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  return async (name, work) => {
    const from = clock.now();
    const value = await work();
    onStep?.(name, Math.round((clock.now() - from) / 1000));
    return value;
  };
}
