/** The pages that operators alone see: a script of their own, which nobody else loads. */
export { AuditPage } from '../audit/audit-page.tsx';
export { ClearingPage } from '../clearing/clearing-page.tsx';
export { ExceptionPage } from '../clearing/exception-page.tsx';
export { ConnectorsPage } from '../connectors/connectors-page.tsx';
export { DeliveriesPage } from '../deliveries/deliveries-page.tsx';
export { DeliveryPage } from '../deliveries/delivery-page.tsx';
export { JobsPage } from '../jobs/jobs-page.tsx';
export { OutcomePage } from '../outcomes/outcome-page.tsx';
export { OutcomesPage } from '../outcomes/outcomes-page.tsx';
export { OverviewPage } from '../overview/overview-page.tsx';
export { SetAsidePage } from '../set-aside/set-aside-page.tsx';
