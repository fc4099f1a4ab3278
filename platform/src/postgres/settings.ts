import { SOCKET_FOLDER } from './folders.ts';

/**
 * Server settings, given on the command line so that a start always runs with those of the present code. The
 * commit settings (synchronous_commit, full_page_writes) stay at their safe defaults.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Loopback only: the bundled OpenSSL is old, and nothing outside this machine has business here.
  listen_addresses: '127.0.0.1',
  // For the many small statements of this process: less work for both ends than loopback TCP. Node has no
  // such sockets on Windows.
  unix_socket_directories: process.platform === 'win32' ? '' : SOCKET_FOLDER,
  max_connections: '100',
  shared_buffers: '128MB',
  wal_buffers: '16MB',
  // Fewer and longer checkpoints, and smaller full-page images: less writing for the same durability.
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  // What BASE_BACKUP and a standby need.
  wal_level: 'replica',
  max_wal_senders: '4',
  // Data sits on solid state or in memory. With the default of a spinning disk, a statement planned over a
  // small table reads all of it, and keeps that plan when the table has grown.
  random_page_cost: '1.1',
  // A growing table is looked at soon, as plans made for a small one would stay, but not closely and not for
  // every little growth: twice as often and with twice the sample, and with what was only added vacuumed as
  // soon, a young system's tables took a tenth of two cores. Plans here hang on sizes and keys alone.
  autovacuum_naptime: '15s',
  autovacuum_analyze_scale_factor: '0.5',
  default_statistics_target: '10',
  // Rows that were only added have nothing to be cleared away, and may be frozen later.
  autovacuum_vacuum_insert_threshold: '50000',
  // Every statement here is short; compiling it would take longer than running it.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %u@%d ',
  log_min_messages: 'warning',
};

/** For clusters that are thrown away: nothing is waited for, so a power cut loses them. */
const THROW_AWAY: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};

/** The `-c name=value` arguments of the server. */
export function settingArguments(
  durable: boolean,
  extra: Readonly<Record<string, string>>,
): readonly string[] {
  const all = { ...SETTINGS, ...(durable ? {} : THROW_AWAY), ...extra };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
