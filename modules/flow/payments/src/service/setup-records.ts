import { err, type Micros, type Result } from '@tpmall/kernel';
import type { MandateAcceptance, PaymentsEvents, SetupIntent } from '../contract/index.ts';
import type { Told } from '../store/save-payments.ts';
import { type SetupStep, takeSetup } from './setup-states.ts';

/** A setup intent with what only this module knows of it. */
export interface SetupRecord extends SetupIntent {
  /** Rises with every change; a change that was made on an older version is not stored. */
  readonly version: number;
  /** How the shopper has agreed to later payments, as the latest confirmation said it. */
  readonly mandateAcceptance: MandateAcceptance | null;
  /** The latest confirmation: what ids at the acquirer and in the vault derive from. */
  readonly operationId: string | null;
  readonly authenticationId: string | null;
  readonly nextAttemptAt: Micros | null;
  readonly attempts: number;
}

/** Fields that a step may set. */
export type SetupPatch = Partial<Omit<SetupRecord, 'id' | 'tenant' | 'version' | 'status' | 'createdAt'>>;

/** A setup intent after a step of its state machine; only one in work is due, only a challenge has a page. */
export function setupStep(setup: SetupRecord, step: SetupStep, patch: SetupPatch): SetupRecord {
  const status = takeSetup(step, setup.status);
  const rest = status === 'processing' ? {} : { nextAttemptAt: null, attempts: 0 };
  return { ...setup, ...rest, nextAction: null, ...patch, status, version: setup.version + 1 };
}

/** An event about a setup intent, without its client secret. */
export function setupEvent(
  type: Extract<keyof PaymentsEvents, `setup_intent.${string}`>,
  setup: SetupRecord,
): Told {
  return { type, aggregateId: setup.id, payload: { ...toSetupIntent(setup), clientSecret: '' } };
}

/** The setup intent as others see it. */
export function toSetupIntent(record: SetupRecord): SetupIntent {
  const {
    version: _version,
    mandateAcceptance: _mandateAcceptance,
    operationId: _operationId,
    authenticationId: _authenticationId,
    nextAttemptAt: _nextAttemptAt,
    attempts: _attempts,
    ...setup
  } = record;
  return setup;
}

/** The state of a setup intent does not allow what was asked for. */
export function unexpected(
  { id, status }: Pick<SetupRecord, 'id' | 'status'>,
  what: 'changed' | 'confirmed' | 'canceled',
): Result<never, 'setup_intent_unexpected_state'> {
  return err('setup_intent_unexpected_state', `setup intent ${id} cannot be ${what}: it is ${status}`, {
    detail: { setupIntent: id, status },
  });
}
