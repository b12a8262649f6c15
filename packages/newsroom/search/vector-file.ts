import { type ByteSource, checksum, DamagedIndex } from '@broadsheet/search-index';
import { VectorIndex } from '@broadsheet/search-index/vectors';
import { readSaved, writeWhole } from './index-file.ts';

/** The vectors of one encoder, as they are kept between starts. */
export interface KeptVectors {
  index: VectorIndex;
  /** Of each paper a fingerprint of the text that was encoded. */
  fingerprints: Map<number, number>;
  changeSeq: number;
}

/** Vectors of another form are made anew. */
const FORMAT = 'broadsheet-vectors-2';

/** A line of JSON that says what follows, then ids, fingerprints and rows; of vectors in cells, these too. */
interface Head {
  format: typeof FORMAT;
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
/** Vectors that are read at once. */
const ROWS_AT_ONCE = 256;

export function writeVectors(
  file: string,
  names: { owner: string; encoder: string },
  { index, fingerprints, changeSeq }: KeptVectors,
): void {
  const { arranged } = index;
  const prints = new Uint32Array(index.size);
  for (const [place, id] of index.ids.entries()) prints[place] = fingerprints.get(id) ?? 0;
  const body = [index.ids, prints, index.rows, ...(arranged ? [arranged.middles, arranged.cellOf] : [])].map(bytesOf);
  const head: Head = {
    format: FORMAT,
    ...names,
    dimensions: index.dimensions,
    count: prints.length,
    cells: arranged && arranged.middles.length / index.dimensions,
    changeSeq,
    checksum: body.reduce((before, bytes) => checksum(bytes, before), checksum(new Uint8Array())),
  };
  writeWhole(file, [Buffer.from(JSON.stringify(head).padEnd(HEAD_BYTES)), ...body]);
}

/**
 * @returns undefined where there is none
 * @throws {DamagedIndex} when it is cut off, changed, or of another store or encoder
 */
export function readVectors(
  file: string,
  names: { owner: string; encoder: string; dimensions: number },
): KeptVectors | undefined {
  const memory = (length: number) => new ArrayBuffer(length);
  return readSaved(file, memory, (saved) => {
    const head = headOf(saved.take(HEAD_BYTES));
    const isMine =
      head?.owner === names.owner && head.encoder === names.encoder && head.dimensions === names.dimensions;
    if (!head || !isMine || saved.size !== HEAD_BYTES + bodyBytes(head)) throw unusable();
    const kept = readBody(head, saved);
    if (!kept) throw unusable();
    return kept;
  });
}

/** @returns undefined where it is not what was written */
function readBody({ count, dimensions, cells, changeSeq, ...head }: Head, saved: ByteSource): KeptVectors | undefined {
  let sum = checksum(new Uint8Array());
  const take = (length: number) => {
    const bytes = saved.take(length);
    sum = checksum(bytes, sum);
    return bytes.buffer;
  };
  const ids = new Float64Array(take(count * 8));
  const prints = new Uint32Array(take(count * 4));
  const index = new VectorIndex(dimensions, Math.ceil(count * 1.1) + 64);
  for (let first = 0; first < count; first += ROWS_AT_ONCE) {
    const rows = new Int8Array(take(Math.min(ROWS_AT_ONCE, count - first) * dimensions));
    for (let at = 0; at < rows.length; at += dimensions)
      index.setRounded(ids[first + at / dimensions], rows.subarray(at, at + dimensions));
  }
  const arranged = cells && {
    middles: new Int8Array(take(cells * dimensions)),
    cellOf: new Uint16Array(take(count * 2)),
  };
  if (sum !== head.checksum) return undefined;
  if (arranged) index.setArranged(arranged);
  const fingerprints = new Map<number, number>();
  for (const [place, id] of ids.entries()) fingerprints.set(id, prints[place]);
  return { index, fingerprints, changeSeq };
}

function unusable(): DamagedIndex {
  return new DamagedIndex('it is cut off, changed, or of another store or encoder');
}

function bodyBytes({ count, dimensions, cells }: Head): number {
  return count * (12 + dimensions) + (cells ? cells * dimensions + count * 2 : 0);
}

function headOf(bytes: Uint8Array): Head | undefined {
  try {
    const head = JSON.parse(Buffer.from(bytes).toString()) as Head;
    return head.format === FORMAT ? head : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBufferLike>): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
