import { err, ok } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { riskConfig } from './config.ts';
import { riskContract } from './contract/index.ts';
import { assess } from './service/assess.ts';
import { addToList, removeFromList } from './service/change-lists.ts';
import { recordOutcome } from './service/record-outcome.ts';
import { createDecisionStore, findDecisionById } from './store/decisions.ts';
import { createFeatureReader } from './store/features.ts';
import { findEntries } from './store/lists.ts';
import { createOutcomeStore } from './store/outcomes.ts';

/** Decides about payments: lists, amounts, velocities. */
export const risk = defineModule({
  name: 'risk',
  contract: riskContract,
  needs: {},
  config: riskConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, ids, config }) {
    const deps = {
      db,
      readFeatures: createFeatureReader(db),
      storeDecision: createDecisionStore(db),
      clock,
      ids,
      config,
    };
    const keepOutcome = createOutcomeStore(db);
    return {
      implementation: {
        assess: (context, input) => assess(deps, context, input),
        recordOutcome: (context, input) => recordOutcome(keepOutcome, context, input),
        findDecision: async (context, { id }) => {
          const decision = await findDecisionById(db, context.tenant, id);
          return decision ? ok(decision) : err('not_found', `there is no decision ${id}`, { field: 'id' });
        },
        addToList: (context, input) => addToList(deps, context, input),
        removeFromList: (context, input) => removeFromList(deps, context, input),
        lists: async (context, { limit }) => ok(await findEntries(db, context.tenant, limit)),
      },
    };
  },
});
