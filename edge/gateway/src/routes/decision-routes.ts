import type { Result } from '@tpmall/kernel';
import type { OutgoingContext, PlatformCode } from '@tpmall/platform/contract';
import type { DecisionCode, WithdrawalCode } from '@tpmall/platform/dual-control';
import { text } from '@tpmall/wire';
import { z } from 'zod';
import { answer, type Meanings, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';

/** How long what a person states may be. */
export const STATEMENT_MAX = 1_000;
/** Why a person decides as they do. */
const decisionReason = text(STATEMENT_MAX);

const shared = {
  not_found: { code: 'resource_missing', param: 'id', status: 404 },
  person_needed: 'person_needed',
  resolution_decided: 'resolution_decided',
  resolution_expired: 'resolution_expired',
  idempotency_mismatch: 'idempotency_mismatch',
} as const;
/** What another person's decision is refused with. */
export const decisionMeanings = {
  ...shared,
  same_person: 'second_person_needed',
} as const satisfies Meanings<DecisionCode>;
/** What taking a proposal back is refused with. */
export const withdrawalMeanings = {
  ...shared,
  not_the_proposer: 'not_the_proposer',
} as const satisfies Meanings<WithdrawalCode>;

interface Said {
  readonly id: string;
  readonly reason?: string | undefined;
}

/** What a module does about its proposals. */
interface Decided<Kept> {
  /** Where they are listed: `/v1/operations/resolutions`. */
  readonly path: string;
  /** In ids of operations: `ClearingResolution` gives `confirmClearingResolution`. */
  readonly name: string;
  /** A proposal of an example. */
  readonly example: string;
  /** What a confirmation leads to. */
  readonly effect: string;
  confirm(context: OutgoingContext, said: Said): Promise<Result<Kept, DecisionCode | PlatformCode>>;
  reject(
    context: OutgoingContext,
    said: Said & { readonly reason: string },
  ): Promise<Result<Kept, DecisionCode | PlatformCode>>;
  withdraw(context: OutgoingContext, said: Said): Promise<Result<Kept, WithdrawalCode | PlatformCode>>;
  /** Of what {@link toWire} returns. */
  readonly shape: z.ZodType;
  toWire(kept: Kept): object;
}

/** What a second person says to a proposal, and how the first one takes it back. */
export function decisionRoutes<Kept>(of: Decided<Kept>): Route[] {
  const { name, shape, toWire } = of;
  const path = { id: of.example };
  const common = { errors: 'problem', access: 'operator', tag: 'Operations', method: 'POST', shape } as const;
  return [
    route({
      ...common,
      path: `${of.path}/:id/confirm`,
      operationId: `confirm${name}`,
      summary: `Agree with what another person has proposed; ${of.effect}`,
      parameters: z.strictObject({ reason: decisionReason.optional() }),
      examples: [{ title: 'Seen as well', path, parameters: { reason: 'I see it in the portal as well' } }],
      handle: async (call, { reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const decided = await of.confirm(call.context, { id, reason });
        return decided.ok ? answer(toWire(decided.value)) : refusal(decisionMeanings, decided.error);
      },
    }),
    route({
      ...common,
      path: `${of.path}/:id/reject`,
      operationId: `reject${name}`,
      summary: 'Disagree; nothing changes, and another resolution may be proposed',
      parameters: z.strictObject({ reason: decisionReason }),
      examples: [{ title: 'Wrong payment', path, parameters: { reason: 'That is another payment' } }],
      handle: async (call, { reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const decided = await of.reject(call.context, { id, reason });
        return decided.ok ? answer(toWire(decided.value)) : refusal(decisionMeanings, decided.error);
      },
    }),
    route({
      ...common,
      path: `${of.path}/:id/withdraw`,
      operationId: `withdraw${name}`,
      summary: 'Take back what one has proposed oneself; nothing changes',
      parameters: z.strictObject({ reason: decisionReason.optional() }),
      examples: [{ title: 'A slip', path: { id: of.example.replace('}', '_own}') }, parameters: {} }],
      handle: async (call, { reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const decided = await of.withdraw(call.context, { id, reason });
        return decided.ok ? answer(toWire(decided.value)) : refusal(withdrawalMeanings, decided.error);
      },
    }),
  ];
}
