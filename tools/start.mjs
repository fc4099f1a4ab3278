// `npm start`: installs what is missing, then starts the server in this process. Plain JavaScript, because on
// a fresh machine nothing but Node is there.
import { installMissing } from './install.mjs';

installMissing();
const { register } = await import('tsx/esm/api');
register();
await import('../apps/server/src/main.ts');
