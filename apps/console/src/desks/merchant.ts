/** The pages that merchants' people alone see: a script of their own, which nobody else loads. */
export { HomePage } from '../orders/home-page.tsx';
export { OrderPage } from '../orders/order-page.tsx';
export { OrdersPage } from '../orders/orders-page.tsx';
export { ReturnPage } from '../returns/return-page.tsx';
export { ReturnsPage } from '../returns/returns-page.tsx';
export { StatementPage } from '../statement/statement-page.tsx';
