import { type OperationRecord, takeDueOperations } from '../store/operations.ts';
import { leaseFrom, systemBehalf, type WalletDeps } from './deps.ts';
import { finishPay } from './pay.ts';
import { finishSend } from './send.ts';
import { followTopUp } from './top-up.ts';
import { moveWithdrawal } from './withdraw.ts';

/** Operations taken in one round: few enough to finish well within their lease. */
const SWEEP_MAX = 20;

/** Goes on with an operation that was left in work: it repeats what was begun by the same ids. */
function resolve(deps: WalletDeps, record: OperationRecord): Promise<OperationRecord> {
  const behalf = systemBehalf(record.tenant);
  switch (record.kind) {
    case 'top_up':
      return followTopUp(deps, behalf, record);
    case 'send':
      return finishSend(deps, behalf, record);
    case 'payment':
      return finishPay(deps, behalf, record);
    case 'withdrawal':
      return moveWithdrawal(deps, behalf, record);
  }
}

/** Takes everything that is due and goes on with it. One that fails does not hold up the others. */
export async function sweep(deps: WalletDeps): Promise<void> {
  for (;;) {
    const now = deps.clock.now();
    const due = await takeDueOperations(deps.db, now, leaseFrom(deps, now), SWEEP_MAX);
    for (const record of due) {
      try {
        await resolve(deps, record);
      } catch (error) {
        deps.log.error({ error, operation: record.id }, 'an operation of a wallet could not go on');
      }
    }
    if (due.length < SWEEP_MAX) return;
  }
}
