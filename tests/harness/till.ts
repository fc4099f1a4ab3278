import type { OutgoingHttpHeaders } from 'node:http';
import type Stripe from 'stripe';
import { idOf } from './id-of.ts';
import type { TestSystem } from './system.ts';

/** A page as it was answered. */
export interface Answered {
  readonly statusCode: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

/** What tests of hosted checkouts do with a running system. */
export interface Till {
  /** A page of the shopper's origin, asked for in English or sent a form. */
  page(path: string, method?: 'GET' | 'POST', form?: string): Promise<Answered>;
  /** Pays a session by a payment method that is there, as the merchant's own tools may. */
  pay(session: string, paymentMethod: string): Promise<unknown>;
  /** Tea of the first merchant, at EUR 12.50. */
  tea(): Promise<Stripe.Product>;
}

/** The till of a running system. */
export function tillOf({ system, stripe, merchants }: TestSystem): Till {
  const { webUrl } = system;
  return {
    page: (path, method = 'GET', payload = '') =>
      system.apps.web.inject({
        method,
        url: path,
        headers: {
          'accept-language': 'en',
          ...{ host: new URL(webUrl).host, origin: webUrl },
          ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(method === 'POST' && { payload }),
      }),
    pay: (session, paymentMethod) =>
      stripe.rawRequest('POST', `/v1/payment_pages/${session}/confirm`, { payment_method: paymentMethod }),
    tea: () =>
      stripe.products.create({
        name: 'Green tea',
        default_price_data: { currency: 'eur', unit_amount: 1250, tax_behavior: 'inclusive' },
        package_dimensions: { height: 1.5, length: 2, width: 3, weight: 4 },
        marketing_features: [{ name: 'First picking' }],
        ...({ merchant: merchants[0] } as object),
      }),
  };
}

/** The price that a product is sold at. */
export function priceOf(product: Stripe.Product): string {
  return idOf(product.default_price);
}
