import type { Customer } from '@tpmall/payments/contract';
import {
  addressFromWire,
  createCustomerParameters,
  customerToWire,
  deleteCustomerParameters,
  deletedCustomerToWire,
  expandParameter,
  listCustomersParameters,
  listToWire,
  pageFromWire,
  shippingFromWire,
  updateCustomerParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuse, wireParameter } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { createCardInput } from './card-input.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { createReplaceSource } from './replace-source.ts';
import { samples } from './samples.ts';

const PATH = '/v1/customers';
type Create = z.infer<typeof createCustomerParameters>;
type Fields = Omit<Create, 'metadata' | 'payment_method' | 'source'>;

const shared = { tag: 'Customers', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'Customer', value: samples.customer };
const deletedSample = {
  name: 'DeletedCustomer',
  value: deletedCustomerToWire({ id: samples.customer.id }),
};

/** Customers, over the payments module. */
export function customerRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  return [
    ...makingRoutes(environment, presenting),
    ...changingRoutes(environment, presenting),
    deletingRoute(environment),
  ];
}

function deletingRoute({ ports }: GatewayEnvironment): Route {
  return route({
    ...shared,
    method: 'DELETE',
    path: `${PATH}/:id`,
    operationId: 'deleteCustomer',
    summary: 'Forget a customer for good; payments keep its id',
    parameters: deleteCustomerParameters,
    sample: deletedSample,
    examples: [{ title: 'One customer', path: { id: '{customer}' }, parameters: {} }],
    handle: async (call) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, 'customer');
      const deleted = await ports.payments.deleteCustomer(call.context, { id });
      if (!deleted.ok) return refusal(paymentMeanings.deleteCustomer, deleted.error);
      return answer(deletedCustomerToWire(deleted.value));
    },
  });
}

function showing({ view }: GatewayEnvironment, { present }: Present) {
  return async (call: Call, customer: Customer, expand: readonly string[] | undefined): Promise<Answer> =>
    customer.deleted
      ? answer(deletedCustomerToWire(customer))
      : present(call, customerToWire(customer, view), 'customer', expand);
}

function makingRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { ports, view } = environment;
  const { presentAll } = presenting;
  const show = showing(environment, presenting);
  const cards = createCardInput(environment);
  const create = async (
    call: Call,
    parameters: Create,
    card: { readonly paymentMethod?: string; readonly defaultPaymentMethod?: string },
  ): Promise<Answer> => {
    const { metadata } = parameters;
    const created = await ports.payments.createCustomer(call.context, {
      ...fieldsOf(parameters),
      ...card,
      ...(metadata !== undefined && { metadata }),
    });
    if (!created.ok) return refusal(paymentMeanings.createCustomer, created.error, methodParameter);
    return show(call, created.value, parameters.expand);
  };
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createCustomer',
      summary: 'Keep a customer',
      parameters: createCustomerParameters,
      sample,
      examples: [
        { title: 'With name and address', parameters: { name: 'Ada Buyer', email: 'ada@example.org' } },
        { title: 'With a first card', parameters: { payment_method: 'pm_card_visa' } },
      ],
      handle: async (call, parameters) => {
        const problem = checkExpand(call, parameters.expand, 'customer');
        if (problem) return problem;
        const { payment_method: paymentMethod, source } = parameters;
        if (source === undefined) {
          return create(call, parameters, paymentMethod === undefined ? {} : { paymentMethod });
        }
        if (paymentMethod !== undefined) {
          const message = 'send payment_method or source, not both';
          return refuse('parameters_exclusive', { message, param: 'source' });
        }
        return cards.withSource(call, source, undefined, ({ card }) =>
          create(call, parameters, { paymentMethod: card.id, defaultPaymentMethod: card.id }),
        );
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listCustomers',
      summary: 'List customers, newest first',
      parameters: listCustomersParameters,
      sample: { name: 'CustomerList', value: listToWire(PATH, [samples.customer], false) },
      examples: [{ title: 'By address', parameters: { email: 'ada@example.org', limit: 3 } }],
      handle: async (call, parameters) => {
        const listed = await ports.payments.listCustomers(call.context, {
          ...pageFromWire(parameters),
          ...(parameters.email !== undefined && { email: parameters.email }),
        });
        if (!listed.ok) return refusal(paymentMeanings.listCustomers, listed.error);
        const objects = listed.value.items.map((customer) => customerToWire(customer, view));
        const all = await presentAll(call, objects, 'customer', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
  ];
}

function changingRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { ports } = environment;
  const show = showing(environment, presenting);
  const cards = createCardInput(environment);
  const replaceSource = createReplaceSource(environment);
  return [
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveCustomer',
      summary: 'Read a customer',
      parameters: z.strictObject(expandParameter),
      sample,
      sampleOtherwise: deletedSample,
      examples: [{ title: 'One customer', path: { id: '{customer}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'customer');
        const found = await ports.payments.findCustomer(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findCustomer, found.error);
        return show(call, found.value, expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updateCustomer',
      summary: 'Change a customer',
      parameters: updateCustomerParameters,
      sample,
      examples: [{ title: 'Another name', path: { id: '{customer}' }, parameters: { name: 'Ada B. Buyer' } }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'customer');
        const problem = checkExpand(call, parameters.expand, 'customer');
        if (problem) return problem;
        const { metadata, default_source: source, source: token, ...fields } = parameters;
        const preferences = [source, token, fields.invoice_settings?.default_payment_method];
        if (preferences.filter((given) => given !== undefined).length > 1) {
          const message =
            'send one of source, default_source and invoice_settings[default_payment_method]: ' +
            'each says which card is preferred';
          return refuse('parameters_exclusive', {
            message,
            param: token === undefined ? 'default_source' : 'source',
          });
        }
        const update = () =>
          ports.payments.updateCustomer(call.context, {
            id,
            ...fieldsOf(fields),
            ...(source !== undefined && { defaultPaymentMethod: source }),
            ...(metadata !== undefined && { metadata }),
          });
        const named = source === undefined ? methodParameter : sourceParameter;
        if (token === undefined) {
          const updated = await update();
          if (!updated.ok) return refusal(paymentMeanings.updateCustomer, updated.error, named);
          return show(call, updated.value, parameters.expand);
        }
        return cards.withSource(call, token, undefined, async ({ card }) => {
          const updated = await update();
          if (!updated.ok) return refusal(paymentMeanings.updateCustomer, updated.error, named);
          const replaced = await replaceSource(call, updated.value, card.id);
          if ('refused' in replaced) return replaced.refused;
          return show(call, replaced.customer, parameters.expand);
        });
      },
    }),
  ];
}

/** The parameter that a field came from: which of the two cards is meant. */
function methodParameter(field: string): string {
  return field === 'defaultPaymentMethod' ? 'invoice_settings[default_payment_method]' : wireParameter(field);
}

/** The same where the preferred card was named by its older name. */
function sourceParameter(field: string): string {
  return field === 'defaultPaymentMethod' ? 'default_source' : wireParameter(field);
}

function fieldsOf(fields: Fields) {
  const { address, description, email, invoice_settings, name, phone, preferred_locales, shipping } = fields;
  const { tax_exempt: taxExempt } = fields;
  const method = invoice_settings?.default_payment_method;
  return {
    ...(address !== undefined && { address: address && addressFromWire(address) }),
    ...(description !== undefined && { description }),
    ...(email !== undefined && { email }),
    ...(method !== undefined && { defaultPaymentMethod: method }),
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
    ...(preferred_locales !== undefined && { preferredLocales: preferred_locales }),
    ...(shipping !== undefined && { shipping: shipping && shippingFromWire(shipping) }),
    ...(taxExempt !== undefined && { taxExempt: taxExempt ?? 'none' }),
  };
}
