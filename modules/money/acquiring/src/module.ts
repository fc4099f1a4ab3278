import { AssertionError, type Err, err, HOUR, MILLISECOND, ok, type Result } from '@tpmall/kernel';
import type { Implementation } from '@tpmall/platform/contract';
import { defineModule } from '@tpmall/platform/module';
import { vaultContract } from '@tpmall/vault/contract';
import { importClearingFile } from './clearing/import-clearing-file.ts';
import { pickUpFiles } from './clearing/pick-up-files.ts';
import { readCase } from './clearing/read-case.ts';
import { confirmClearingResolution, proposeClearingResolution } from './clearing/resolve-exception.ts';
import { watchClearing } from './clearing/watch-clearing.ts';
import { acquiringConfig } from './config.ts';
import { openConnectors } from './connectors.ts';
import {
  acquiringContract,
  type ClearingResolution,
  type ConnectorDriver,
  type clearingResolutionOperations,
  type StrayAnswer,
} from './contract/index.ts';
import { threeDsRoutes } from './http/three-ds.ts';
import { createRouter } from './routing/router.ts';
import { authenticate } from './service/authenticate.ts';
import { describeAuthentication } from './service/authentication-state.ts';
import { authorise } from './service/authorise.ts';
import { capture } from './service/capture.ts';
import { increment } from './service/increment.ts';
import { noteReturnedRefund } from './service/note-returned-refund.ts';
import { recordBooked } from './service/record-booked.ts';
import { recordVerdict } from './service/record-verdict.ts';
import { refund } from './service/refund.ts';
import { release } from './service/release.ts';
import { resolveUnanswered } from './service/resolve-unanswered.ts';
import { createUnderWay, type Room } from './service/room.ts';
import { createAdviceSender } from './service/send-advices.ts';
import { verifyAccount } from './service/verify-account.ts';
import { findAuthentication } from './store/authentications.ts';
import { findAuthorisationByCommand } from './store/authorisations.ts';
import {
  type ClearingResolutionRecord,
  clearingResolutions,
  toClearingResolution,
} from './store/clearing-resolutions.ts';
import { recordMessages } from './store/messages.ts';
import { readExceptions, readOverview } from './store/read-clearing.ts';
import { findRefundByCommand } from './store/refunds.ts';
import { createSharedWrites } from './store/shared-writes.ts';
import { readTrail } from './store/trail.ts';

export type { AcquiringConfig } from './config.ts';

/**
 * The module that speaks to acquirers and card schemes.
 *
 * @param drivers the connector packages, one a protocol; only the composition root knows them
 */
export const acquiring = (...drivers: readonly [ConnectorDriver, ...ConnectorDriver[]]) =>
  defineModule({
    name: 'acquiring',
    contract: acquiringContract,
    needs: { vault: vaultContract },
    config: acquiringConfig(drivers),
    migrations: new URL('../migrations/', import.meta.url),
    create({ config, db, ports, clock, random, ids, log, metrics }) {
      const strays = metrics.counter(
        'tpmall_acquiring_stray_answers_total',
        'Answers of acquirers that no open question waited for',
        ['kind'],
      );
      const onStrayAnswer = ({ kind, message }: StrayAnswer): void => {
        strays.add({ kind });
        recordMessages(db, kind, [message]).catch((error: unknown) =>
          log.error({ error }, 'a stray answer could not be recorded'),
        );
      };
      const connectors = openConnectors(drivers, config, {
        ...{ clock, log, metrics, onStrayAnswer },
        onReturnedRefund: (returned) => noteReturnedRefund({ db, clock, log }, returned),
      });
      const sender = createAdviceSender({ db, clock, ids, log, config, connectors, vault: ports.vault });
      const room: Room = {
        config,
        db,
        writes: createSharedWrites(db),
        vault: ports.vault,
        clock,
        random,
        ids,
        log,
        connectors,
        router: createRouter(
          config.routing,
          connectors.all.map(({ name }) => name),
        ),
        sender,
        standIns: metrics.counter(
          'tpmall_acquiring_stand_ins_total',
          'Payments that were approved on our own risk, because no acquirer could be asked',
          ['rule', 'currency'],
        ),
        underWay: createUnderWay(),
      };
      return {
        implementation: implement(room),
        jobs: [
          {
            name: 'resolve-unanswered',
            every: config.sweepEveryMs * MILLISECOND,
            run: () => resolveUnanswered(room),
          },
          {
            name: 'import-clearing-files',
            every: config.clearing.lookEveryMs * MILLISECOND,
            run: () => pickUpFiles(room),
          },
          { name: 'watch-clearing', every: HOUR, run: () => watchClearing(room) },
        ],
        routes: { vault: threeDsRoutes(room) },
        start: async () => {
          for (const connector of connectors.all) connector.start();
        },
        stop: async () => {
          // Closing the links first ends what waits for an answer; what it was about stays queued.
          await Promise.all(connectors.all.map((connector) => connector.stop()));
          await sender.stop();
        },
      };
    },
  });

function implement(room: Room): Implementation<typeof acquiringContract> {
  const { db, config } = room;
  return {
    authorise: (context, input) => orUnknown(room, () => authorise(room, context, input)),
    capture: (context, input) => orUnknown(room, () => capture(room, context, input)),
    increment: (context, input) => orUnknown(room, () => increment(room, context, input)),
    release: (context, input) => orUnknown(room, () => release(room, context, input)),
    refund: (context, input) => orUnknown(room, () => refund(room, context, input)),
    verify: (context, input) => orUnknown(room, () => verifyAccount(room, context, input)),
    authenticate: (context, input) => orUnknown(room, () => authenticate(room, context, input)),
    connectorHealth: async () => ok(room.connectors.all.map((connector) => connector.health())),
    importClearingFile: (context, input) => orUnknown(room, () => importClearingFile(room, context, input)),
    clearingOverview: async () => ok(await readOverview(db)),
    clearingExceptions: async (_context, input) => ok(await readExceptions(db, input)),
    clearingCase: ({ tenant }, { id }) => readCase(room, tenant, id),
    ...implementResolutions(room),
    recordVerdict: (context, input) => orUnknown(room, () => recordVerdict(room, context, input)),
    recordBooked: (context, input) => orUnknown(room, () => recordBooked(room, context, input)),
    trail: async ({ tenant }, { commandIds }) => ok(await readTrail(db, tenant, commandIds)),
    async outcome({ tenant }, { commandId }) {
      const stored = await findAuthorisationByCommand(db, tenant, commandId);
      return stored ? ok(stored.outcome) : err('not_found', 'no authorisation was sent for this command');
    },
    async refundOutcome({ tenant }, { commandId }) {
      const stored = await findRefundByCommand(db, tenant, commandId);
      return stored ? ok(stored) : err('not_found', 'no refund was sent for this command');
    },
    async authentication({ tenant }, { id }) {
      const stored = await findAuthentication(db, tenant, id);
      if (!stored) return err('not_found', 'there is no such authentication', { field: 'id' });
      return ok(describeAuthentication(stored, config.vaultUrl));
    },
  };
}

function implementResolutions(
  room: Room,
): Pick<Implementation<typeof acquiringContract>, keyof typeof clearingResolutionOperations> {
  const shown = <Code extends string>(
    decide: () => Promise<Result<ClearingResolutionRecord, Code>>,
  ): Promise<Result<ClearingResolution, Code | 'unknown'>> =>
    orUnknown(room, async () => {
      const decided = await decide();
      return decided.ok ? ok(toClearingResolution(decided.value)) : decided;
    });
  return {
    proposeClearingResolution: (context, input) =>
      shown(() => proposeClearingResolution(room, context, input)),
    confirmClearingResolution: (context, input) =>
      shown(() => confirmClearingResolution(room, context, input)),
    rejectClearingResolution: (context, input) =>
      shown(() => clearingResolutions.reject(room, context, input)),
    withdrawClearingResolution: (context, input) =>
      shown(() => clearingResolutions.withdraw(room, context, input)),
    async findClearingResolution({ tenant }, { id }) {
      const found = await clearingResolutions.find(room, tenant, id);
      if (!found) return err('not_found', `there is no resolution ${id}`, { field: 'id' });
      return ok(toClearingResolution(found));
    },
    clearingResolutions: async ({ tenant }, { open, limit }) =>
      ok((await clearingResolutions.list(room, tenant, open, limit)).map(toClearingResolution)),
  };
}

/**
 * A command whose database fails half-way has an unknown outcome, in one process as over the wire: its caller
 * repeats it to learn what became of it, and what was sent without an answer is resolved by the job.
 */
async function orUnknown<T>(room: Room, command: () => Promise<T>): Promise<T | Err<'unknown'>> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof AssertionError) throw error;
    room.log.error({ error }, 'a command failed half-way');
    return err('unknown', 'the outcome is not known; repeat the command to learn it');
  }
}
