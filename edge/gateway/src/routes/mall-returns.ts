import {
  acceptMallReturnParameters,
  listMallReturnsParameters,
  listToWire,
  mallReturnParameters,
  mallReturnToWire,
  pageFromWire,
  receiveMallReturnParameters,
  refuseMallReturnParameters,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import type { Call, Route } from '../pipeline/route.ts';
import { mallMeanings } from './mall-errors.ts';
import { mallSamples } from './mall-samples.ts';
import { merchantRoute } from './merchant-route.ts';
import { missing, pathId } from './object-id.ts';

const PATH = '/v1/mall/returns';
const shared = { tag: 'Mall', errors: 'payments' } as const;
const sample = { name: 'MallReturn', value: mallSamples.return };
const asked = { id: '{mall_return}' };

/** What shoppers want to give back, and what its merchant answers. */
export function mallReturnRoutes(environment: GatewayEnvironment): Route[] {
  return [...readingRoutes(environment), ...decidingRoutes(environment)];
}

const of = (merchant: string | undefined) => (merchant === undefined ? {} : { merchant });

function readingRoutes({ ports, view }: GatewayEnvironment): Route[] {
  return [
    merchantRoute({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listMallReturns',
      summary: 'List returns, newest first',
      parameters: listMallReturnsParameters,
      sample: { name: 'MallReturnList', value: listToWire(PATH, [mallSamples.return], false) },
      examples: [
        { title: 'To be answered', parameters: { merchant: '{account}', status: 'asked', limit: 3 } },
      ],
      handle: async (call, { merchant, status: state, ...page }) => {
        const input = { ...pageFromWire(page), ...of(merchant), ...(state !== undefined && { state }) };
        const listed = await ports.mall.listReturns(call.context, input);
        if (!listed.ok) return refusal(mallMeanings.listReturns, listed.error);
        const objects = listed.value.items.map((each) => mallReturnToWire(each, view));
        return answer(listToWire(PATH, objects, listed.value.hasMore));
      },
    }),
    merchantRoute({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveMallReturn',
      summary: 'Read a return',
      parameters: mallReturnParameters,
      sample,
      examples: [{ title: 'One return', path: asked, parameters: {} }],
      handle: async (call, { merchant }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'return');
        const found = await ports.mall.findReturn(call.context, { id, ...of(merchant) });
        return found.ok
          ? answer(mallReturnToWire(found.value, view))
          : refusal(mallMeanings.findReturn, found.error);
      },
    }),
  ];
}

type Decided = Awaited<ReturnType<GatewayEnvironment['ports']['mall']['decideReturn']>>;

function decidingRoutes({ ports, view }: GatewayEnvironment): Route[] {
  const show = async (call: Call, decide: (id: string) => Promise<Decided>) => {
    const id = pathId(call);
    if (id === undefined) return missing(call, 'return');
    const decided = await decide(id);
    if (!decided.ok) return refusal(mallMeanings.decideReturn, decided.error);
    return answer(mallReturnToWire(decided.value, view));
  };
  return [
    merchantRoute({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/accept`,
      operationId: 'acceptMallReturn',
      summary: 'Accept a return: its money goes back now, or when the pieces have come back',
      parameters: acceptMallReturnParameters,
      sample,
      examples: [
        {
          title: 'When it is back',
          path: asked,
          parameters: { reason: 'The glaze has run', when_received: true },
        },
      ],
      handle: (call, { merchant, reason, when_received: whenReceived }) =>
        show(call, (id) =>
          ports.mall.decideReturn(call.context, {
            ...{ id, ...of(merchant), accept: true, reason },
            ...(whenReceived !== undefined && { whenReceived }),
          }),
        ),
    }),
    merchantRoute({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/refuse`,
      operationId: 'refuseMallReturn',
      summary: 'Refuse a return, with the reason that the shopper reads',
      parameters: refuseMallReturnParameters,
      sample,
      examples: [{ title: 'Too late', path: asked, parameters: { reason: 'It came after thirty days' } }],
      handle: (call, { merchant, reason }) =>
        show(call, (id) =>
          ports.mall.decideReturn(call.context, { id, ...of(merchant), accept: false, reason }),
        ),
    }),
    merchantRoute({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/receive`,
      operationId: 'receiveMallReturn',
      summary: 'Say that the pieces have come back: their money goes back from now on',
      parameters: receiveMallReturnParameters,
      sample,
      examples: [
        { title: 'For sale again', path: { id: '{mall_return_awaited}' }, parameters: { restock: true } },
      ],
      handle: (call, { merchant, restock = false }) =>
        show(call, (id) => ports.mall.receiveReturn(call.context, { id, ...of(merchant), restock })),
    }),
  ];
}
