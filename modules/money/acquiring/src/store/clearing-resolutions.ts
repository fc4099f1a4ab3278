import { createCommands } from '@tpmall/platform/command';
import { createProposals, PROPOSAL_COLUMNS } from '@tpmall/platform/dual-control';
import type { ClearingResolution } from '../contract/index.ts';

/** A resolution with the tenant of whoever proposed it. */
export interface ClearingResolutionRecord extends ClearingResolution {
  readonly tenant: string;
}

/** What two people decide about clearing exceptions, of the whole house: over `clearing_resolution`. */
export const clearingResolutions = createProposals<ClearingResolutionRecord>({
  module: 'acquiring',
  commands: createCommands('acquiring'),
  name: 'clearing_resolution',
  prefix: 'clr',
  table: 'acquiring.clearing_resolution',
  columns: { ...PROPOSAL_COLUMNS, exception: 'text', verdict: 'text', movement: 'text' },
  oneOpen: 'one_open_clearing_resolution',
  scope: 'house',
  audited: ({ exception, verdict, movement }) => ({ subject: exception, detail: { verdict, movement } }),
});

/** The resolution as others see it. */
export function toClearingResolution(record: ClearingResolutionRecord): ClearingResolution {
  const { tenant: _tenant, ...resolution } = record;
  return resolution;
}
