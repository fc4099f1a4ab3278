import { err, findCurrency, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import type {
  AuthenticationProof,
  acquiringContract,
  DecisionAnswer,
  Verification,
} from '../contract/index.ts';
import { chooseConnector } from '../routing/choose-connector.ts';
import { findAuthentication } from '../store/authentications.ts';
import {
  type DecidedVerification,
  drawTraceNumber,
  findVerification,
  insertVerification,
} from '../store/verifications.ts';
import { proofOf } from './authentication-state.ts';
import { findRoute } from './find-route.ts';
import { openCard } from './open-card.ts';
import type { Room } from './room.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['verify']>;
type Answer = Result<Verification, 'payment_method_not_found' | 'authentication_not_valid' | PlatformCode>;

/**
 * Asks an issuer about a card that is to be saved, with an amount of zero. Nothing is stored before its
 * answer: no money moves, so a question that is lost may be asked again.
 */
export function verifyAccount(room: Room, context: CallContext, input: Input): Promise<Answer> {
  return room.underWay(`verify|${context.tenant}|${context.commandId}`, () => run(room, context, input));
}

async function run(room: Room, context: CallContext, input: Input): Promise<Answer> {
  const { db, clock, ids } = room;
  const { tenant, commandId } = context;
  if (!findCurrency(input.currency)) {
    return err('invalid_input', `${input.currency} is not a currency`, { field: 'currency' });
  }
  const known = await findVerification(db, tenant, commandId);
  if (known) return ok(known);
  // A verification has no amount; a rule that asks for one is for payments.
  const route = await findRoute(room, context, { ...input, amount: 0n });
  const able = route.filter(({ verify }) => verify !== undefined);
  if (able.length === 0) return ok({ state: 'unsupported' });
  const connector = chooseConnector(able, true);
  if (!connector?.verify) return err('unavailable', 'no acquirer takes questions now');
  const proof = await proofFor(room, tenant, input);
  if (!proof.ok) return proof;
  const now = clock.now();
  if (now > context.deadlineAt) return err('unavailable', 'the deadline passed before anything was sent');

  const [opened, stan] = await Promise.all([
    openCard(room, context, input.paymentMethod, 'authorisation'),
    drawTraceNumber(db),
  ]);
  if (opened.state === 'unavailable') return err('unavailable', opened.reason);
  if (opened.state === 'not_found') {
    return err('payment_method_not_found', 'there is no such payment method', { field: 'paymentMethod' });
  }
  const id = ids.next('av');
  const trace = { id, stan, transmittedAt: now };
  const { currency, descriptor, paymentMethod, merchant } = input;
  const authentication = proof.value;
  const answer = await connector.verify({ trace, card: opened.card, currency, descriptor, authentication });
  const outcome = decided(answer);
  if (!outcome) return err('unavailable', 'the issuer has not answered; ask again');
  await insertVerification(db, {
    ...{ id, tenant, commandId, connector: connector.name, paymentMethod, merchant, trace },
    authenticationId: input.authenticationId ?? null,
    outcome,
    messages: answer.messages,
    at: clock.now(),
  });
  // Another process may have asked as well and stored its answer first: that one counts.
  return ok((await findVerification(db, tenant, commandId)) ?? outcome);
}

function decided(answer: DecisionAnswer): DecidedVerification | undefined {
  switch (answer.state) {
    case 'approved':
      return { state: 'verified', networkCode: answer.networkCode };
    case 'declined': {
      const { state, networkCode, declineCode } = answer;
      return { state, networkCode, declineCode };
    }
    case 'lost':
    case 'not_sent':
      return undefined;
  }
}

async function proofFor(
  room: Room,
  tenant: string,
  input: Input,
): Promise<Result<AuthenticationProof | null, 'authentication_not_valid'>> {
  if (input.authenticationId === undefined) return ok(null);
  const stored = await findAuthentication(room.db, tenant, input.authenticationId);
  const proof = stored && proofOf(stored);
  if (proof && stored.paymentMethod === input.paymentMethod) return ok(proof);
  return err('authentication_not_valid', 'the authentication is not of this card, or not complete', {
    field: 'authenticationId',
  });
}
