export { type DevFile, type Instance, openInstance, removeInstance } from './instance.ts';
export {
  DEFAULT_PORT,
  MODULE_NAMES,
  type ModuleName,
  readOptions,
  type ServerOptions,
  UsageError,
} from './options.ts';
export { allModules } from './registry.ts';
export { operatorContext, type Seeded, seed } from './seed.ts';
export { readSettingsFile, vaultFolderOf } from './settings-file.ts';
export { type System, type SystemParts, startSystem } from './system.ts';
export { type FaultPlan } from './wiring.ts';
