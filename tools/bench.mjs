// `npm run bench -- NAME`: installs what is missing, then runs a benchmark.
import { installMissing } from './install.mjs';

installMissing();
const { register } = await import('tsx/esm/api');
register();
await import('../bench/main.ts');
