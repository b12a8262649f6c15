import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Schema } from '@broadsheet/database';
import { type ByteSource, SearchIndex } from '@broadsheet/search-index';
import type { Kysely } from 'kysely';

/** A read or a write takes at most so much at once. */
const PIECE_BYTES = 1 << 30;

/**
 * Opens a saved index.
 * @returns undefined where there is none
 * @throws when there is one that cannot be used; the reason is its message
 */
export function readIndexFile(file: string, owner: string): SearchIndex | undefined {
  // Shared, so that the thread that answers questions uses the same memory.
  return readSaved(
    file,
    (length) => new SharedArrayBuffer(length),
    (saved) => SearchIndex.open(saved, owner),
  );
}

/**
 * Reads a file from its beginning, stretch by stretch. Each has memory of its own, which goes when it is needed no more.
 * @returns undefined where there is none
 */
export function readSaved<T>(
  file: string,
  memory: (length: number) => ArrayBuffer | SharedArrayBuffer,
  read: (saved: ByteSource) => T,
): T | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(handle);
    return read({ size, take: (length) => fill(new Uint8Array(memory(length)), handle) });
  } finally {
    closeSync(handle);
  }
}

/** @returns as much as there was to be read */
function fill(bytes: Uint8Array, handle: number): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(handle, bytes, at, Math.min(PIECE_BYTES, bytes.length - at), null);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
  }
  return bytes;
}

/** Puts an index in the place of the one before, whole or not at all. */
export function writeIndexFile(file: string, owner: string, index: SearchIndex): void {
  writeWhole(file, index.save(owner));
}

/** Writes a file beside its place, piece by piece, and puts it there when all of it is on the disk. */
export function writeWhole(file: string, pieces: Iterable<Uint8Array>): void {
  const part = `${file}.${process.pid}-${randomUUID().slice(0, 8)}.part`;
  try {
    const handle = openSync(part, 'w');
    try {
      for (const piece of pieces)
        for (let at = 0; at < piece.length; )
          at += writeSync(handle, piece, at, Math.min(PIECE_BYTES, piece.length - at));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Removes what writers left that were killed: the parts of processes that are no more. */
export function removeLeftParts(file: string): void {
  const name = `${basename(file)}.`;
  let entries: string[];
  try {
    entries = readdirSync(dirname(file));
  } catch {
    return;
  }
  for (const entry of entries) {
    const pid = entry.startsWith(name) ? /^(\d+)-[0-9a-f]{8}\.part$/.exec(entry.slice(name.length))?.[1] : undefined;
    if (pid && !isRunning(Number(pid))) rmSync(join(dirname(file), entry), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A name of the store, made once and kept in it, so that a file of another store is told apart. */
export async function storeName(db: Kysely<Schema>): Promise<string> {
  const key = 'search-index-owner';
  const read = () => db.selectFrom('setting').select('value_json').where('key', '=', key).executeTakeFirst();
  const known = await read();
  if (known) return JSON.parse(known.value_json);
  await db
    .insertInto('setting')
    .values({ key, value_json: JSON.stringify(randomUUID()) })
    .onConflict((c) => c.doNothing())
    .execute();
  return JSON.parse((await read())?.value_json ?? '""');
}
