import type { Price, PricedProduct, PriceTerms } from '@tpmall/catalogue/contract';
import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, CodeOf } from '@tpmall/platform/contract';
import { type AskedLine, amountIn, type checkoutContract, type LineItem } from '../contract/index.ts';
import { type CheckoutDeps, callContext } from './deps.ts';

type LinkCode = CodeOf<(typeof checkoutContract)['operations']['createLink']>;
/** What making lines can be refused with. */
export type LineCode =
  | Exclude<LinkCode, 'idempotency_mismatch'>
  | 'invalid_input'
  | 'unavailable'
  | 'unknown';

/** What is asked for of all lines together. */
export interface AskedOrder {
  readonly lines: readonly AskedLine[];
  /** The currency to pay in; otherwise that of the first price. */
  readonly currency?: string | undefined;
}

/** The lines of an order and what they come to. */
export interface Order {
  readonly lines: readonly LineItem[];
  readonly currency: string;
  readonly total: bigint;
}

/** ISO 8583 DE 4 holds twelve digits. */
const AMOUNT_MAX = 999_999_999_999n;

/** How an order is made. */
export interface OrderRules {
  /** Whether recurring prices are taken; nobody can pay them here. */
  readonly recurring: 'taken' | 'refused';
  /** Prices that were made for this order alone, and stand on no shelf. */
  readonly own?: ReadonlySet<string>;
  /** The ids of its lines. */
  readonly idOf: (index: number) => string;
}

/**
 * Finds the prices of an order's lines, or makes those that are described with it, and works out its amounts.
 */
export async function makeOrder(
  deps: CheckoutDeps,
  context: CallContext,
  asked: AskedOrder,
  rules: OrderRules,
): Promise<Result<Order, LineCode>> {
  const odd = asked.lines.findIndex(
    ({ price, priceData }) => (price === undefined) === (priceData === undefined),
  );
  if (odd >= 0) {
    return err('invalid_input', 'a line has one of price and price_data', { field: `lines[${odd}].price` });
  }
  const found = await findPrices(deps, context, asked.lines);
  if (!found.ok) return found;
  const problem = firstProblem(asked.lines, found.value, rules);
  if (problem) return problem;
  const currency = asked.currency ?? firstCurrency(asked.lines, found.value);
  // Everything that can be refused is, before anything is made.
  const described = asked.lines.flatMap(({ priceData }) => (priceData ? [priceData] : []));
  const strange = asked.lines.findIndex(
    ({ priceData, price }) =>
      (priceData && priceData.currency !== currency) ||
      (price !== undefined && !isPricedIn(found.value.get(price)?.price, currency)),
  );
  if (strange >= 0) {
    const message = `line ${strange + 1} has no price in ${currency}, and an order is paid in one currency`;
    return err('currency_mismatch', message, { field: `lines[${strange}]` });
  }
  const made = await makePrices(deps, context, described);
  if (!made.ok) return { ok: false, error: atLine(asked.lines, made.error) };
  const inline = made.value.values();
  const lines = asked.lines.map((line, index): LineItem => {
    const priced = line.price === undefined ? inline.next().value : found.value.get(line.price);
    if (!priced) throw new Error(`line ${index} has a price`);
    return lineOf(line, priced, currency, rules.idOf(index));
  });
  const total = totalOf(lines);
  return total.ok ? ok({ lines, currency, total: total.value }) : total;
}

/** What lines come to. */
export function totalOf(lines: readonly LineItem[]): Result<bigint, 'amount_too_large'> {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0n);
  if (total <= AMOUNT_MAX) return ok(total);
  const detail = { maximum: AMOUNT_MAX.toString() };
  return err('amount_too_large', 'an order comes to at most twelve digits', { field: 'lines', detail });
}

/** A line with another quantity, at the price that it was made with. */
export function repriced(line: LineItem, quantity: number): LineItem {
  return { ...line, quantity, amount: amountOf(line.price, line.currency, quantity) };
}

function lineOf(line: AskedLine, { price, product }: PricedProduct, currency: string, id: string): LineItem {
  return {
    id,
    price,
    description: product.name,
    descriptionZh: product.metadata['name_zh']?.trim() || null,
    merchant: product.merchant,
    quantity: line.quantity,
    adjustableQuantity: line.adjustableQuantity ?? null,
    isDelivery: line.isDelivery ?? false,
    currency,
    amount: amountOf(price, currency, line.quantity),
  };
}

function amountOf(price: Price, currency: string, quantity: number): bigint {
  const amount = amountIn(price, currency, quantity);
  if (amount === undefined) throw new Error(`price ${price.id} has no amount in ${currency}`);
  return amount;
}

function isPricedIn(price: Price | undefined, currency: string): boolean {
  return price !== undefined && amountIn(price, currency, 1) !== undefined;
}

function firstCurrency(lines: readonly AskedLine[], found: ReadonlyMap<string, PricedProduct>): string {
  const [first] = lines;
  return first?.priceData?.currency ?? found.get(first?.price ?? '')?.price.currency ?? '';
}

async function findPrices(
  deps: CheckoutDeps,
  { caller: _caller, ...context }: CallContext,
  lines: readonly AskedLine[],
): Promise<Result<ReadonlyMap<string, PricedProduct>, LineCode>> {
  const ids = [...new Set(lines.flatMap(({ price }) => (price === undefined ? [] : [price])))];
  if (ids.length === 0) return ok(new Map());
  const found = await deps.ports.catalogue.findPrices(context, { ids });
  if (!found.ok) return err('unavailable', `the catalogue cannot be read now: ${found.error.message}`);
  return ok(new Map(found.value.map((priced) => [priced.price.id, priced])));
}

function firstProblem(
  lines: readonly AskedLine[],
  found: ReadonlyMap<string, PricedProduct>,
  { recurring, own }: OrderRules,
) {
  for (const [index, { price: id, priceData }] of lines.entries()) {
    const field = `lines[${index}].price`;
    const priced = id === undefined ? undefined : found.get(id);
    if (id !== undefined && !priced) return err('price_not_found', `No such price: '${id}'`, { field });
    if (priced && !own?.has(priced.price.id) && !(priced.price.active && priced.product.active)) {
      return err('price_inactive', `price ${id} or its product is not active`, { field });
    }
    if (recurring === 'refused' && (priced?.price.recurring ?? priceData?.recurring)) {
      const message = 'the price is recurring, and there are no subscriptions here';
      return err('price_recurring', message, { field: priceData ? `lines[${index}].priceData` : field });
    }
  }
  return undefined;
}

type Described = PriceTerms & NonNullable<AskedLine['priceData']>;

async function makePrices(
  deps: CheckoutDeps,
  context: CallContext,
  described: readonly Described[],
): Promise<Result<readonly PricedProduct[], LineCode>> {
  if (described.length === 0) return ok([]);
  const calling = callContext(deps, context, context.tenant, `${context.commandId}.prices`);
  const made = await deps.ports.catalogue.createInlinePrices(calling, { prices: [...described] });
  if (made.ok) return made;
  const { code, ...failure } = made.error;
  switch (code) {
    case 'idempotency_mismatch':
      // The same command, whose own claim tells it from another request, described other lines.
      return err('unavailable', 'the lines were described differently before; use another idempotency key');
    case 'forbidden':
      throw new Error(`the catalogue refuses checkout: ${failure.message}`);
    default:
      return err(code, failure.message, failure);
  }
}

/** A refusal about the nth price that was described, as one about its line. */
function atLine<F extends { readonly field?: string }>(lines: readonly AskedLine[], failure: F): F {
  const [, nth, rest] = /^prices\[(\d+)\]\.(.*)$/.exec(failure.field ?? '') ?? [];
  if (nth === undefined) return failure;
  const described = [...lines.keys()].filter((index) => lines[index]?.priceData !== undefined);
  return { ...failure, field: `lines[${described[Number(nth)]}].priceData.${rest}` };
}
