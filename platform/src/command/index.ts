export { type Accepted, type Claim, type Commands, createCommands, objectId } from './commands.ts';
