import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PostgresError } from './errors.ts';

const BLOCK = 512;
const PIECE = 1024 * 1024;

/** A file that was unpacked. */
export interface Unpacked {
  /** Relative to the target, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Unpacks a POSIX ustar archive as Postgres writes them: plain files and folders, made with the modes that
 * Postgres insists on (0600, 0700). Everything else (links, names that leave the target) is refused.
 *
 * @param durable wait until each file is on disk
 */
export async function untar(archive: string, target: string, durable: boolean): Promise<readonly Unpacked[]> {
  const from = await open(archive, 'r');
  try {
    const unpacked: Unpacked[] = [];
    for (let position = 0; ; ) {
      const header = await readExactly(from, position, BLOCK);
      position += BLOCK;
      // The end is marked by two empty blocks.
      if (header.every((byte) => byte === 0)) return unpacked;
      const entry = parseHeader(header);
      const path = join(target, entry.path);
      if (entry.type === '5') await mkdir(path, { recursive: true, mode: 0o700 });
      else unpacked.push(await copyFile(from, position, entry, path, durable));
      position += Math.ceil(entry.bytes / BLOCK) * BLOCK;
    }
  } finally {
    await from.close();
  }
}

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly type: string;
}

function parseHeader(header: Buffer): Entry {
  // Field offsets of POSIX.1-1988 ustar: name 0, size 124, checksum 148, type 156, prefix 345.
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== octal(header, 148, 8)) throw new PostgresError('bad_backup', 'The archive is damaged.');
  const prefix = text(header, 345, 155);
  const name = text(header, 0, 100);
  const path = (prefix === '' ? name : `${prefix}/${name}`).replace(/^\.\//, '');
  const type = text(header, 156, 1) || '0';
  if (!['0', '5'].includes(type) || path.startsWith('/') || path.split('/').includes('..')) {
    throw new PostgresError(
      'bad_backup',
      `The archive holds ${path}, which is no plain file or folder in it.`,
    );
  }
  return { path, type, bytes: type === '5' ? 0 : octal(header, 124, 12) };
}

async function copyFile(
  from: FileHandle,
  start: number,
  entry: Entry,
  path: string,
  durable: boolean,
): Promise<Unpacked> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const to = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  try {
    for (let done = 0; done < entry.bytes; done += PIECE) {
      const piece = await readExactly(from, start + done, Math.min(PIECE, entry.bytes - done));
      hash.update(piece);
      await to.writeFile(piece);
    }
    if (durable) await to.sync();
  } finally {
    await to.close();
  }
  return { path: entry.path, bytes: entry.bytes, sha256: hash.digest('hex') };
}

async function readExactly(from: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await from.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new PostgresError('bad_backup', 'The archive ends too early.');
  return buffer;
}

function text(header: Buffer, offset: number, length: number): string {
  return header.toString('utf8', offset, offset + length).split('\0')[0] ?? '';
}

function octal(header: Buffer, offset: number, length: number): number {
  // GNU's form for sizes from 8 GiB: the first bit set, then a binary number.
  if (((header[offset] ?? 0) & 0x80) !== 0) {
    return Number(BigInt(`0x${header.toString('hex', offset + 4, offset + length)}`));
  }
  return Number.parseInt(text(header, offset, length).trim(), 8);
}
