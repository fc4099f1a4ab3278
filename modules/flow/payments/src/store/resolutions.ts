import type { Micros } from '@tpmall/kernel';
import { createCommands } from '@tpmall/platform/command';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import { createProposals, PROPOSAL_COLUMNS } from '@tpmall/platform/dual-control';
import type { Resolution } from '../contract/index.ts';

/** A resolution with what only this module knows of it. */
export interface ResolutionRecord extends Resolution {
  readonly tenant: string;
  /** Acquiring's command that it settles; null: it is about a refused advice. */
  readonly settles: string | null;
}

/** What two people decide about outcomes, over the table `resolution`. */
export const resolutions = createProposals<ResolutionRecord>({
  module: 'payments',
  commands: createCommands('payments'),
  name: 'resolution',
  prefix: 'rsl',
  table: 'payments.resolution',
  columns: {
    ...PROPOSAL_COLUMNS,
    subject: 'text',
    advice: 'text',
    kind: 'text',
    verdict: 'text',
    approvalCode: 'text',
    reference: 'text',
    settles: 'text',
  },
  oneOpen: 'one_open_resolution',
  scope: 'tenant',
  audited: ({ subject, kind, verdict, advice }) => ({ subject, detail: { kind, verdict, advice } }),
});

/** The resolution as others see it. */
export function toResolution(record: ResolutionRecord): Resolution {
  const { tenant: _tenant, settles: _settles, ...resolution } = record;
  return resolution;
}

const settle = sql(
  'payments.settle-resolution',
  `UPDATE payments.resolution SET state = $2, settled_at = $3 WHERE id = $1 AND state = 'confirmed'`,
);

/** Ends what was confirmed. False: another run has ended it. */
export async function storeSettled(
  tx: Queryable,
  id: string,
  state: 'applied' | 'overtaken',
  at: Micros,
): Promise<boolean> {
  return (await tx.run(settle, [id, state, instant(at)])).count === 1;
}
