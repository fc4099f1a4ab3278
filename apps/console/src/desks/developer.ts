/**
 * The pages of payments, the API and its events: a script of their own, which merchants' people do not load.
 */
export { EndpointsPage } from '../endpoints/endpoints-page.tsx';
export { EventPage } from '../events/event-page.tsx';
export { EventsPage } from '../events/events-page.tsx';
export { KeysPage } from '../keys/keys-page.tsx';
export { PaymentPage } from '../payments/payment-page.tsx';
export { PaymentsPage } from '../payments/payments-page.tsx';
export { RequestPage } from '../requests/request-page.tsx';
export { RequestsPage } from '../requests/requests-page.tsx';
