import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/**
 * What Postgres stores for a password (RFC 5803), made here so that the password itself is never in a
 * statement that could be logged.
 */
export function scramVerifier(password: string, role: string): string {
  const iterations = 4096;
  const salt = createHash('sha256').update(`tpmall salt ${role} ${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
