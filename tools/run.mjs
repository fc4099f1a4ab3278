// `npm run demo`, `npm run backup`, …: installs what is missing, then runs the `tpmall` command in this
// process.
import { installMissing } from './install.mjs';

installMissing();
const { register } = await import('tsx/esm/api');
register();
await import('../apps/cli/src/main.ts');
