/**
 * This process's environment without what would tell a server of its own where somebody else's data is: its
 * database, its folder, its ports, how it is reached.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL' && !name.startsWith('TPMALL_')),
  );
}
