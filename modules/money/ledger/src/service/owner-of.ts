import { OPERATOR } from '../writer/ownership.ts';

/**
 * On whose behalf a caller acts: operators and the gateway that serves them as `operator`, a module as
 * itself.
 */
export function ownerOf(caller: string): string {
  return caller === 'gateway' ? OPERATOR : caller;
}
