import { createHash } from 'node:crypto';
import {
  type Currency,
  err,
  findCurrency,
  isoInstant,
  ok,
  Redacted,
  type Result,
  randomUuid,
} from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import type { Authentication, acquiringContract, CardAcceptor, MessageCard } from '../contract/index.ts';
import {
  findAuthenticationByCommand,
  insertAuthentication,
  type StoredAuthentication,
} from '../store/authentications.ts';
import { describeAuthentication, trimSlash } from './authentication-state.ts';
import { askDirectoryServer, type DirectoryAnswer, MESSAGE_VERSION } from './directory-server.ts';
import { findRoute } from './find-route.ts';
import { openCard } from './open-card.ts';
import type { Room } from './room.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['authenticate']>;
type Answer = Result<Authentication, 'payment_method_not_found' | PlatformCode>;

/** Bytes of the key in the URL that results are sent to. */
const RESULTS_KEY_BYTES = 32;

/**
 * Asks the directory server who authenticates the cardholder. Nothing is stored before its answer: no money
 * moves, so a question that is lost may be asked again.
 */
export function authenticate(room: Room, context: CallContext, input: Input): Promise<Answer> {
  return room.underWay(`authenticate|${context.tenant}|${context.commandId}`, () =>
    run(room, context, input),
  );
}

async function run(room: Room, context: CallContext, input: Input): Promise<Answer> {
  const { db, clock, ids, config } = room;
  const { tenant, commandId } = context;
  const currency = findCurrency(input.currency);
  if (!currency) return err('invalid_input', `${input.currency} is not a currency`, { field: 'currency' });
  const known = await findAuthenticationByCommand(db, tenant, commandId);
  if (known) return ok(describeAuthentication(known, config.vaultUrl));

  const opened = await openCard(room, context, input.paymentMethod, 'authentication');
  if (opened.state === 'unavailable') return err('unavailable', opened.reason);
  if (opened.state === 'not_found') {
    return err('payment_method_not_found', 'there is no such payment method', { field: 'paymentMethod' });
  }

  const [{ acceptor, name: connector }] = await findRoute(room, context, input);
  const resultsKey = Buffer.from(room.random.bytes(RESULTS_KEY_BYTES)).toString('base64url');
  const serverTransId = randomUuid(room.random);
  const merchantName = input.merchantName ?? config.merchantName;
  const answer = await askDirectoryServer(
    config.directoryServer,
    requestOf(room, input, currency, {
      ...{ serverTransId, resultsKey, merchantName, acceptor },
      card: opened.card,
    }),
    serverTransId,
    room.log,
  );
  const stored: StoredAuthentication = {
    id: ids.next('tds'),
    tenant,
    commandId,
    connector,
    paymentMethod: input.paymentMethod,
    amount: input.amount,
    currency: input.currency,
    merchantName,
    last4: opened.last4,
    returnUrl: input.returnUrl,
    serverTransId,
    ...stateOf(answer),
  };
  const resultsKeyHash = hashResultsKey(resultsKey);
  if (await insertAuthentication(db, { ...stored, resultsKeyHash, at: clock.now() })) {
    return ok(describeAuthentication(stored, config.vaultUrl));
  }
  const other = await findAuthenticationByCommand(db, tenant, commandId);
  return ok(describeAuthentication(other ?? stored, config.vaultUrl));
}

/** The key of a results URL as it is stored. */
export function hashResultsKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function requestOf(
  room: Room,
  input: Input,
  currency: Currency,
  own: {
    readonly serverTransId: string;
    readonly resultsKey: string;
    readonly merchantName: string;
    readonly card: MessageCard;
    readonly acceptor: CardAcceptor;
  },
): Redacted<object> {
  const { vaultUrl, directoryServer } = room.config;
  const results = trimSlash(directoryServer.resultsUrl ?? vaultUrl);
  // EMV 3DS: payment authentication, or (02, with the reason "add card") non-payment authentication.
  const isPayment = input.amount > 0n;
  return new Redacted({
    messageType: 'AReq',
    messageVersion: MESSAGE_VERSION,
    messageCategory: isPayment ? '01' : '02',
    deviceChannel: '02',
    threeDSServerTransID: own.serverTransId,
    threeDSServerURL: `${results}/3ds/results/${own.resultsKey}`,
    notificationURL: `${trimSlash(vaultUrl)}/3ds/notify`,
    threeDSRequestorAuthenticationInd: isPayment ? '01' : '04',
    acctNumber: own.card.pan.reveal(),
    cardExpiryDate: own.card.expiry.reveal(),
    acquirerBIN: own.acceptor.acquirerId,
    acquirerMerchantID: own.acceptor.merchantId,
    mcc: own.acceptor.categoryCode,
    merchantName: own.merchantName,
    purchaseAmount: input.amount.toString(),
    purchaseCurrency: String(currency.number).padStart(3, '0'),
    purchaseExponent: String(currency.exponent),
    purchaseDate: isoInstant(room.clock.now()).replace(/\D/g, '').slice(0, 14),
    transType: '01',
  });
}

type State = Pick<
  StoredAuthentication,
  'state' | 'acsTransId' | 'dsTransId' | 'acsUrl' | 'eci' | 'authenticationValue'
>;

function stateOf(answer: DirectoryAnswer): State {
  const nothing = { acsTransId: null, dsTransId: null, acsUrl: null, eci: null, authenticationValue: null };
  switch (answer.state) {
    case 'frictionless': {
      const { eci, value, directoryServerId } = answer.proof;
      return {
        ...nothing,
        state: 'frictionless',
        dsTransId: directoryServerId,
        eci,
        authenticationValue: value,
      };
    }
    case 'challenge': {
      const { acsTransId, dsTransId, acsUrl } = answer;
      return { ...nothing, state: 'challenge', acsTransId, dsTransId, acsUrl };
    }
    case 'failed':
    case 'unavailable':
      return { ...nothing, state: answer.state };
  }
}
