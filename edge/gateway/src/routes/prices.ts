import type { Price } from '@tpmall/catalogue/contract';
import {
  createPriceParameters,
  currencyOptionsFromWire,
  expandParameter,
  inlineProductFromWire,
  listPricesParameters,
  listToWire,
  pageFromWire,
  priceTermsFromWire,
  priceToWire,
  updatePriceParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuseParameter } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { catalogueMeanings, commerceParameter } from './commerce-errors.ts';
import { commerceSamples } from './commerce-samples.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';

const PATH = '/v1/prices';
const shared = { tag: 'Prices', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'Price', value: commerceSamples.price };
type Show = (call: Call, price: Price, expand: readonly string[] | undefined) => Promise<Answer>;

/** Prices, over the catalogue. */
export function priceRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { view } = environment;
  const show: Show = (call, price, expand) =>
    presenting.present(call, priceToWire(price, view), 'price', expand);
  return [...writingRoutes(environment, show), ...readingRoutes(environment, presenting, show)];
}

function writingRoutes({ ports }: GatewayEnvironment, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createPrice',
      summary: 'Make a price of a product, or with `product_data` of a new one',
      parameters: createPriceParameters,
      sample,
      examples: [
        {
          title: 'In three currencies',
          parameters: {
            product: '{product}',
            currency: 'eur',
            unit_amount: 1250,
            currency_options: { usd: { unit_amount: 1390 }, cny: { unit_amount: 9800 } },
          },
        },
        {
          title: 'With its product, by the gram',
          parameters: {
            currency: 'eur',
            unit_amount_decimal: '12.75',
            product_data: { name: 'Green tea', unit_label: 'gram' },
          },
        },
      ],
      handle: async (call, parameters) => {
        const problem = checkExpand(call, parameters.expand, 'price');
        if (problem) return problem;
        const terms = priceTermsFromWire(parameters);
        if (!terms.ok) return refuseParameter(terms.error);
        const { active, lookup_key, metadata, nickname, product, product_data, transfer_lookup_key } =
          parameters;
        const created = await ports.catalogue.createPrice(call.context, {
          ...terms.value,
          ...(active !== undefined && { active }),
          ...(lookup_key !== undefined && { lookupKey: lookup_key }),
          ...(metadata !== undefined && { metadata }),
          ...(nickname !== undefined && { nickname }),
          ...(product !== undefined && { product }),
          ...(product_data !== undefined && { productData: inlineProductFromWire(product_data) }),
          ...(transfer_lookup_key !== undefined && { transferLookupKey: transfer_lookup_key }),
        });
        if (!created.ok) return refusal(catalogueMeanings.createPrice, created.error, commerceParameter);
        return show(call, created.value, parameters.expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updatePrice',
      summary: 'Change what is said of a price; its amounts stay',
      parameters: updatePriceParameters,
      sample,
      examples: [{ title: 'Not on sale any more', path: { id: '{price}' }, parameters: { active: false } }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'price');
        const problem = checkExpand(call, parameters.expand, 'price');
        if (problem) return problem;
        const { active, currency_options, lookup_key, metadata, nickname } = parameters;
        const { tax_behavior, transfer_lookup_key } = parameters;
        const options = currencyOptionsFromWire(currency_options ?? {});
        if (!options.ok) return refuseParameter(options.error);
        const updated = await ports.catalogue.updatePrice(call.context, {
          id,
          ...(active !== undefined && { active }),
          ...(currency_options !== undefined && { currencyOptions: options.value }),
          ...(lookup_key !== undefined && { lookupKey: lookup_key }),
          ...(metadata !== undefined && { metadata }),
          ...(nickname !== undefined && { nickname }),
          ...(tax_behavior !== undefined && { taxBehavior: tax_behavior }),
          ...(transfer_lookup_key !== undefined && { transferLookupKey: transfer_lookup_key }),
        });
        if (!updated.ok) return refusal(catalogueMeanings.updatePrice, updated.error, commerceParameter);
        return show(call, updated.value, parameters.expand);
      },
    }),
  ];
}

function readingRoutes({ ports, view }: GatewayEnvironment, { presentAll }: Present, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listPrices',
      summary: 'List prices, newest first',
      parameters: listPricesParameters,
      sample: { name: 'PriceList', value: listToWire(PATH, [commerceSamples.price], false) },
      examples: [{ title: 'Of one product', parameters: { product: '{product}', active: true } }],
      handle: async (call, parameters) => {
        const { active, currency, lookup_keys, product, recurring, type } = parameters;
        // A recurring price is one of a licence here, so asking for that asks for a recurring one.
        const kind = type ?? (recurring ? 'recurring' : undefined);
        const listed = await ports.catalogue.listPrices(call.context, {
          ...pageFromWire(parameters),
          ...(active !== undefined && { active }),
          ...(currency !== undefined && { currency }),
          ...(recurring?.interval !== undefined && { interval: recurring.interval }),
          ...(lookup_keys !== undefined && { lookupKeys: lookup_keys }),
          ...(product !== undefined && { product }),
          ...(kind !== undefined && { type: kind }),
        });
        if (!listed.ok) return refusal(catalogueMeanings.listPrices, listed.error);
        const objects = listed.value.items.map((price) => priceToWire(price, view));
        const all = await presentAll(call, objects, 'price', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrievePrice',
      summary: 'Read a price',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'One price', path: { id: '{price}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'price');
        const found = await ports.catalogue.findPrice(call.context, { id });
        if (!found.ok) return refusal(catalogueMeanings.findPrice, found.error);
        return show(call, found.value, expand);
      },
    }),
  ];
}
