/** `npm run new:module -- <tier>/<name>` makes a module with all its rooms, and says what to do next. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ModuleRefused, makeModule } from './new-module/make.ts';

const [where = ''] = process.argv.slice(2);
try {
  const written = makeModule(
    process.cwd(),
    where,
    fileURLToPath(new URL('./new-module/template/', import.meta.url)),
  );
  const folder = `modules/${where}`;
  const name = where.slice(where.indexOf('/') + 1);
  spawnSync(
    process.execPath,
    ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', folder, 'package.json'],
    { stdio: 'ignore' },
  );
  for (const path of written) console.log(path);
  console.log(`
Next:
 1. npm install                            links @tpmall/${name}; commit package-lock.json too
 2. npm run docs                           draws it into ARCHITECTURE.md
 3. npm run schema                         dumps its schema to ${folder}/schema.sql
 4. npm run check && npm test -- ${folder}
 5. Name the things it is about: rename Entry, its table and its events; write the README and the description.
 6. List who may call it ("callers" in src/contract/port.ts). To call another module, declare it in
    package.json and name its contract in "needs" of src/module.ts.
 7. Put it into the server: its name in MODULE_NAMES of apps/server/src/options.ts, behind those it needs,
    itself in registry.ts, @tpmall/${name} in package.json; settings without a default in settings.ts.`);
} catch (error) {
  if (!(error instanceof ModuleRefused)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
