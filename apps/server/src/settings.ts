import { join } from 'node:path';
import type { Instance } from './instance.ts';
import { MODULE_NAMES, type ServerOptions } from './options.ts';
import { publicHost } from './origins.ts';
import type { Ports } from './ports.ts';
import type { SettingsOverrides } from './system.ts';

/** The settings of every module, not parsed yet. */
export interface Settings {
  readonly byModule: Readonly<Record<string, unknown>>;
  /** Whether the acquirer is the simulator that ships with the project. */
  readonly usesSimulator: boolean;
}
