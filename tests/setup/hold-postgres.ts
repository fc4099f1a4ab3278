import { startPostgres } from '@tpmall/platform/postgres';
import { silentLog } from '@tpmall/platform/testing';

/*
 * Starts (or adopts) the Postgres of a data folder in a process of its own, prints what it got as one line of
 * JSON, and stops it when its stdin closes. Arguments: data folder; then, if given, the number of the user to
 * become, and a folder of binaries that this user can read.
 */
const [dataDir = '', uid, folder, major = ''] = process.argv.slice(2);
if (uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const postgres = await startPostgres({
  dataDir,
  log: silentLog,
  durable: false,
  ...(folder === undefined ? {} : { binaries: { folder, major, windows: false } }),
});
const { url, pid, adopted } = postgres;
process.stdout.write(`${JSON.stringify({ url, pid, adopted })}\n`);
process.stdin.resume();
process.stdin.on('end', () => {
  void postgres.stop().then(() => process.exit(0));
});
