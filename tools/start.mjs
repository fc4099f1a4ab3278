// `npm start`: installs what is missing, builds the console where it changed, then starts the server in this
// process. Plain JavaScript, because on a fresh machine nothing but Node is there.
import { buildConsole } from './build-console.mjs';
import { installMissing } from './install.mjs';

installMissing();
buildConsole();
const { register } = await import('tsx/esm/api');
register();
await import('../apps/server/src/main.ts');
