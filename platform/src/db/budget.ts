import { POOL_MAX } from './pool.ts';

/** Connections of the embedded server that a TPMall may take: all of 100 but three for administrators. */
export const CONNECTION_BUDGET = 97;
/**
 * What a process opens beside the modules' pools: two for the relay, five for its workers of jobs, one that
 * says that they live, one that shows the jobs to operators, upkeep's, and the one of the ledger's log.
 */
export const PLATFORM_CONNECTIONS = 11;

/** Processes that the embedded server bears, however busy they are: the budget is enough for no more. */
export const PROCESSES_MAX = 4;

/** How many connections the processes that run that many modules between them may open at most. */
export function connectionsFor(modules: number, processes: number): number {
  return modules * POOL_MAX + processes * PLATFORM_CONNECTIONS;
}
