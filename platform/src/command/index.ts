export { type Accepted, type Claim, createCommands, objectId } from './commands.ts';
