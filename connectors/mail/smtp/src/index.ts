export { type SmtpSettings, smtp } from './smtp.ts';
