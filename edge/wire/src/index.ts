export * from './account.ts';
export * from './address.ts';
export * from './balance.ts';
export * from './bracket-form.ts';
export * from './charge.ts';
export * from './checkout-session.ts';
export * from './create-charge.ts';
export * from './customer.ts';
export * from './error.ts';
export * from './error-catalogue.ts';
export * from './event.ts';
export * from './event-types.ts';
export * from './expand.ts';
export * from './ledger-account.ts';
export * from './ledger-filter.ts';
export * from './ledger-report.ts';
export * from './ledger-transfer.ts';
export * from './line-item.ts';
export * from './list.ts';


export * from './mall-order.ts';
export * from './mall-return.ts';


export * from './listen-session.ts';


export * from './parameters.ts';
export * from './payment-intent.ts';
export * from './payment-intent-parameters.ts';
export * from './payment-link.ts';
export * from './payment-method.ts';
export * from './previous-attributes.ts';
export * from './price.ts';
export * from './product.ts';
export { inlineProductFromWire } from './product-parameters.ts';
export * from './raw-card.ts';
export * from './read-parameters.ts';
export * from './refund.ts';
export * from './search.ts';
export * from './search-query.ts';
export * from './set-aside-event.ts';
export * from './setup-intent.ts';
export * from './split.ts';
export * from './view.ts';
export * from './wallet.ts';
export * from './webhook-delivery.ts';
export * from './webhook-endpoint.ts';
export * from './wire-version.ts';
