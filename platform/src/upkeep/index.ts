import { DAY, HOUR } from '@tpmall/kernel';
import type { JobOwner } from '../jobs/index.ts';
import { UPKEEP } from './config.ts';
import { type PruneParts, pruneCommands, pruneEvents } from './prune.ts';

export { UPKEEP, type UpkeepConfig, upkeepConfig } from './config.ts';

/** The platform's own jobs: they delete what is kept for nobody any more. */
export function upkeepJobs(parts: PruneParts): JobOwner {
  return {
    module: UPKEEP,
    db: parts.db,
    jobs: [
      { name: 'prune-events', every: HOUR, run: () => pruneEvents(parts) },
      { name: 'prune-commands', every: DAY, run: () => pruneCommands(parts) },
    ],
  };
}
