import { POOL_MAX } from './pool.ts';

/** Connections of one TPMall in all, whatever runs in it; the embedded server allows 100. */
export const CONNECTION_BUDGET = 80;
/**
 * What the platform itself opens beside the modules' pools: the relay and its LISTEN, the jobs' pool, one
 * that shows the jobs to operators, and upkeep's.
 */
export const PLATFORM_CONNECTIONS = 11;

/** How many connections a process with that many modules may open at most. */
export function connectionsFor(modules: number): number {
  return modules * POOL_MAX + PLATFORM_CONNECTIONS;
}
