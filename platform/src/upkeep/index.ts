export { UPKEEP, type UpkeepConfig, upkeepConfig } from './config.ts';
