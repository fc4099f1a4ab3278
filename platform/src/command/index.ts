export {
  type Accepted,
  type Claim,
  type Commands,
  createCommands,
  objectId,
  unlessClaimed,
} from './commands.ts';
