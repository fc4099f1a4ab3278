export type { Fault, Inbox, ReceivedMail } from './inbox.ts';
export { type MailboxProcess, spawnMailbox } from './process.ts';
export { type Mailbox, startMailbox } from './start.ts';
