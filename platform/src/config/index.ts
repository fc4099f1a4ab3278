export { ConfigError, type ConfigProblem, parseConfig } from './parse-config.ts';
