import type { Product } from '@tpmall/catalogue/contract';
import {
  createProductParameters,
  deletedProductToWire,
  expandParameter,
  listProductsParameters,
  listToWire,
  pageFromWire,
  priceTermsFromWire,
  productDetailsFromWire,
  productToWire,
  updateProductParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuseParameter } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { catalogueMeanings, commerceParameter } from './commerce-errors.ts';
import { commerceSamples } from './commerce-samples.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';

const PATH = '/v1/products';
const shared = { tag: 'Products', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'Product', value: commerceSamples.product };

/** Products, over the catalogue. */
export function productRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { view } = environment;
  const show = (call: Call, product: Product, expand: readonly string[] | undefined): Promise<Answer> =>
    presenting.present(call, productToWire(product, view), 'product', expand);
  return [
    ...writingRoutes(environment, show),
    ...readingRoutes(environment, presenting, show),
    deleteRoute(environment),
  ];
}

type Show = (call: Call, product: Product, expand: readonly string[] | undefined) => Promise<Answer>;

function writingRoutes({ ports }: GatewayEnvironment, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createProduct',
      summary: 'Make a product, and with `default_price_data` its first price',
      parameters: createProductParameters,
      sample,
      examples: [
        {
          title: 'A merchant’s product with its price',
          parameters: {
            name: 'Green tea',
            merchant: '{account}',
            default_price_data: { currency: 'eur', unit_amount: 1250 },
          },
        },
      ],
      handle: async (call, parameters) => {
        const problem = checkExpand(call, parameters.expand, 'product');
        if (problem) return problem;
        const { default_price_data: priced, name, id, type, metadata } = parameters;
        const terms = priced && priceTermsFromWire(priced, 'default_price_data');
        if (terms && !terms.ok) return refuseParameter(terms.error);
        const created = await ports.catalogue.createProduct(call.context, {
          ...productDetailsFromWire(parameters),
          name,
          ...(id !== undefined && { id }),
          ...(type !== undefined && { type }),
          ...(metadata !== undefined && { metadata }),
          ...(terms && {
            defaultPrice: { ...terms.value, ...(priced?.metadata && { metadata: priced.metadata }) },
          }),
        });
        if (!created.ok) return refusal(catalogueMeanings.createProduct, created.error, commerceParameter);
        return show(call, created.value, parameters.expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updateProduct',
      summary: 'Change a product',
      parameters: updateProductParameters,
      sample,
      examples: [
        { title: 'Another name', path: { id: '{product}' }, parameters: { name: 'Green tea, loose' } },
      ],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'product');
        const problem = checkExpand(call, parameters.expand, 'product');
        if (problem) return problem;
        const { name, metadata, default_price: defaultPrice } = parameters;
        const updated = await ports.catalogue.updateProduct(call.context, {
          id,
          ...productDetailsFromWire(parameters),
          ...(name !== undefined && { name }),
          ...(defaultPrice !== undefined && { defaultPrice }),
          ...(metadata !== undefined && { metadata }),
        });
        if (!updated.ok) return refusal(catalogueMeanings.updateProduct, updated.error, commerceParameter);
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
      operationId: 'listProducts',
      summary: 'List products, newest first',
      parameters: listProductsParameters,
      sample: { name: 'ProductList', value: listToWire(PATH, [commerceSamples.product], false) },
      examples: [{ title: 'What can be bought', parameters: { active: true, limit: 3 } }],
      handle: async (call, parameters) => {
        const { active, ids, merchant, shippable, type, url } = parameters;
        const listed = await ports.catalogue.listProducts(call.context, {
          ...pageFromWire(parameters),
          ...(active !== undefined && { active }),
          ...(ids !== undefined && { ids }),
          ...(merchant !== undefined && { merchant }),
          ...(shippable !== undefined && { shippable }),
          ...(type !== undefined && { type }),
          ...(url !== undefined && { url }),
        });
        if (!listed.ok) return refusal(catalogueMeanings.listProducts, listed.error);
        const objects = listed.value.items.map((product) => productToWire(product, view));
        const all = await presentAll(call, objects, 'product', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveProduct',
      summary: 'Read a product',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'One product', path: { id: '{product}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'product');
        const found = await ports.catalogue.findProduct(call.context, { id });
        if (!found.ok) return refusal(catalogueMeanings.findProduct, found.error);
        return show(call, found.value, expand);
      },
    }),
  ];
}

function deleteRoute({ ports }: GatewayEnvironment): Route {
  return route({
    ...shared,
    method: 'DELETE',
    path: `${PATH}/:id`,
    operationId: 'deleteProduct',
    summary: 'Delete a product that never had a price',
    parameters: z.strictObject({}),
    sample: { name: 'DeletedProduct', value: deletedProductToWire(commerceSamples.product.id) },
    examples: [{ title: 'One product', path: { id: '{product}' }, parameters: {} }],
    handle: async (call) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, 'product');
      const deleted = await ports.catalogue.deleteProduct(call.context, { id });
      if (!deleted.ok) return refusal(catalogueMeanings.deleteProduct, deleted.error);
      return answer(deletedProductToWire(deleted.value.id));
    },
  });
}
