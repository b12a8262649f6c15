import { readFileSync } from 'node:fs';
import { DamagedIndex } from '@broadsheet/search-index';
import { VectorIndex } from '@broadsheet/search-index/vectors';
import { writeWhole } from './index-file.ts';

/** The vectors of one encoder, as they are kept between starts. */
export interface KeptVectors {
  index: VectorIndex;
  /** Of each paper a fingerprint of the text that was encoded. */
  fingerprints: Map<number, number>;
  changeSeq: number;
}

/** A line of JSON that says what follows, then ids, fingerprints and rows; of vectors in cells, these too. */
interface Head {
  format: 'broadsheet-vectors-1';
  owner: string;
  encoder: string;
  dimensions: number;
  count: number;
  /** How many cells there are; absent where none. */
  cells?: number;
  changeSeq: number;
  checksum: number;
}

const HEAD_BYTES = 512;

export function writeVectors(
  file: string,
  names: { owner: string; encoder: string },
  { index, fingerprints, changeSeq }: KeptVectors,
): void {
  const ids = Float64Array.from(index.ids);
  const prints = Uint32Array.from(ids, (id) => fingerprints.get(id) ?? 0);
  const arranged = index.arranged;
  const body = Buffer.concat([
    ...[bytesOf(ids), bytesOf(prints), bytesOf(index.rows)],
    ...(arranged ? [bytesOf(arranged.middles), bytesOf(arranged.cellOf)] : []),
  ]);
  const head: Head = {
    format: 'broadsheet-vectors-1',
    ...names,
    dimensions: index.dimensions,
    count: ids.length,
    cells: arranged && arranged.middles.length / index.dimensions,
    changeSeq,
    checksum: checksum(body),
  };
  writeWhole(file, Buffer.concat([Buffer.from(JSON.stringify(head).padEnd(HEAD_BYTES)), body]));
}

/**
 * @returns undefined where there is none
 * @throws {DamagedIndex} when it is cut off, changed, or of another store or encoder
 */
export function readVectors(
  file: string,
  names: { owner: string; encoder: string; dimensions: number },
): KeptVectors | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const head = headOf(bytes);
  const body = bytes.subarray(HEAD_BYTES);
  const isMine = head?.owner === names.owner && head.encoder === names.encoder && head.dimensions === names.dimensions;
  if (!head || !isMine || body.length !== bodyBytes(head) || checksum(body) !== head.checksum)
    throw new DamagedIndex('it is cut off, changed, or of another store or encoder');
  const at = body.buffer.slice(body.byteOffset, body.byteOffset + body.length);
  const ids = new Float64Array(at, 0, head.count);
  const prints = new Uint32Array(at, head.count * 8, head.count);
  const index = new VectorIndex(head.dimensions, Math.ceil(head.count * 1.1) + 64);
  for (let i = 0; i < head.count; i++)
    index.setRounded(ids[i], new Int8Array(at, head.count * 12 + i * head.dimensions, head.dimensions));
  if (head.cells) {
    const from = head.count * (12 + head.dimensions);
    index.setArranged({
      middles: new Int8Array(at, from, head.cells * head.dimensions),
      cellOf: new Uint16Array(at, from + head.cells * head.dimensions, head.count),
    });
  }
  return { index, fingerprints: new Map(Array.from(ids, (id, i) => [id, prints[i]])), changeSeq: head.changeSeq };
}

function bodyBytes({ count, dimensions, cells }: Head): number {
  return count * (12 + dimensions) + (cells ? cells * dimensions + count * 2 : 0);
}

function headOf(bytes: Buffer): Head | undefined {
  try {
    const head = JSON.parse(bytes.toString('utf8', 0, HEAD_BYTES)) as Head;
    return head.format === 'broadsheet-vectors-1' ? head : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(array: Float64Array | Uint32Array | Uint16Array | Int8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** FNV-1a; tells damage from intent, nothing more. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}
