import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type Clock, createIds, type Random } from '@tpmall/kernel';
import { ConfigError, type ConfigProblem, parseConfig } from '@tpmall/platform/config';
import {
  type Callee,
  type Contract,
  connectRemote,
  createCallee,
  type Fault,
  localPort,
  type Port,
  type RemotePort,
  serveContracts,
  withFaults,
} from '@tpmall/platform/contract';
import { type Database, noDatabase, openDatabase } from '@tpmall/platform/db';
import { createJobBoard, jobQueue, jobsContract } from '@tpmall/platform/jobs';
import type { ModuleDefinition, Needs, Running } from '@tpmall/platform/module';
import type { Log, Metrics } from '@tpmall/platform/telemetry';
import type { Instance } from './instance.ts';

/** A module whose types have been put aside; the registry holds these. */
export type AnyModule = ModuleDefinition<Contract, Needs, unknown>;

/** Decides about injected faults between two modules; for tests. */
export type FaultPlan = (call: { caller: string; module: string; operation: string }) => Fault;

/** A module that runs in this process. */
export interface Wired {
  readonly definition: AnyModule;
  readonly running: Running<Contract>;
  readonly db: Database;
  readonly callee: Callee;
}

/** All modules of this process, and ports to every module of the instance. */
export interface Wiring {
  readonly wired: readonly Wired[];
  /** A port for a caller that is no module: the operator's tools and the composition root. */
  portFor<C extends Contract>(contract: C, caller: string): Port<C>;
  close(): Promise<void>;
}

/** What wiring needs from the composition root. */
export interface WiringOptions {
  readonly instance: Instance;
  /** The modules of this process; those they need stand before them. */
  readonly modules: readonly AnyModule[];
  /** Settings by module name, not parsed yet. */
  readonly settings: Readonly<Record<string, unknown>>;
  urlOf(module: string): string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log & { forModule(module: string): Log };
  readonly metrics: Metrics;
  readonly faults?: FaultPlan | undefined;
}

/** Parses every module's settings; throws with all problems of all modules at once. */
export function readSettings(options: {
  readonly modules: readonly Pick<AnyModule, 'name' | 'config'>[];
  readonly settings: Readonly<Record<string, unknown>>;
}): Map<string, unknown> {
  const problems: ConfigProblem[] = [];
  const values = new Map<string, unknown>();
  for (const { name, config } of options.modules) {
    const parsed = parseConfig(name, config, options.settings[name] ?? {});
    if ('problems' in parsed) problems.push(...parsed.problems);
    else values.set(name, parsed.value);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

/**
 * Creates the modules of this process and connects each with those it needs: in process where they are here,
 * over a unix socket where they are not.
 */
export async function wireModules(options: WiringOptions): Promise<Wiring> {
  const configs = readSettings(options);
  const callees = new Map<string, Callee>();
  const remotes: RemotePort<Contract>[] = [];
  const wired: Wired[] = [];
  // The queue is the platform's: each process looks at it by itself.
  const board = openDatabase({
    ...{ url: options.urlOf('jobs'), name: 'jobs', max: 1 },
    onError: (error) => options.log.warn({ error }, 'the board of jobs lost its connection'),
  });
  const jobs = createJobBoard(board, options.clock);
  callees.set(jobsContract.module, createCallee(jobsContract, jobs, options.clock));

  const portFor = <C extends Contract>(contract: C, caller: string): Port<C> => {
    const callee = callees.get(contract.module);
    const port = callee ? localPort(contract, callee, caller) : remotePort(contract, caller);
    const { faults } = options;
    if (!faults) return port;
    return withFaults(contract, port, (operation) => faults({ caller, module: contract.module, operation }));
  };

  const remotePort = <C extends Contract>(contract: C, caller: string): Port<C> => {
    const remote = connectRemote(contract, {
      address: { socketPath: options.instance.socketOf(contract.module) },
      caller,
      secret: pairSecret(options.instance, caller, contract.module),
      clock: options.clock,
    });
    remotes.push(remote);
    return remote.port;
  };

  for (const definition of options.modules) {
    const db = databaseOf(definition, options);
    const ports: Record<string, unknown> = {};
    for (const [key, contract] of Object.entries(definition.needs))
      ports[key] = portFor(contract, definition.name);
    const running = await definition.create({
      config: configs.get(definition.name),
      db,
      ports: ports as Record<string, Port<Contract>>,
      clock: options.clock,
      random: options.random,
      ids: createIds(options.clock, options.random),
      log: options.log.forModule(definition.name),
      metrics: options.metrics,
      jobs: jobQueue,
    });
    const callee = createCallee(definition.contract, running.implementation, options.clock);
    callees.set(definition.name, callee);
    wired.push({ definition, running, db, callee });
  }

  return {
    wired,
    portFor,
    close: async () => {
      for (const remote of remotes) remote.close();
      for (const { db } of wired) await db.close();
      await board.close();
    },
  };
}

/** The database of a module, as its app role; one that has no data has none. */
function databaseOf({ name, migrations }: AnyModule, { urlOf, log }: WiringOptions): Database {
  if (migrations === undefined) return noDatabase(name);
  return openDatabase({
    url: urlOf(name),
    name,
    onError: (error) => log.warn({ error, module: name }, 'database connection lost'),
  });
}

/** Lets other processes of the instance call the modules of this one: a socket for each. */
export async function serveModules(
  wiring: Wiring,
  instance: Instance,
  callers: readonly string[],
): Promise<{ close(): Promise<void> }> {
  const servers: Server[] = [];
  for (const { callee } of wiring.wired) {
    const { module } = callee.contract;
    const secrets = new Map(callers.map((caller) => [caller, pairSecret(instance, caller, module)]));
    const server = serveContracts([callee], secrets);
    const path = instance.socketOf(module);
    // A process that was killed leaves its socket behind; nobody listens on it any more.
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    servers.push(server);
  }
  return {
    close: async () => {
      for (const server of servers) {
        server.closeIdleConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function pairSecret(instance: Instance, caller: string, callee: string): ReturnType<Instance['secretFor']> {
  return instance.secretFor(`call ${caller} ${callee}`);
}
