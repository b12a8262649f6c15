import { ByteReader, ByteWriter, checksum } from './bytes.ts';
import { Postings } from './postings.ts';

/** An index as it is written to a file: documents numbered from 0 in the order they were added. */
export interface SavedForm {
  changeSeq: number;
  ids: number[];
  lengths: number[];
  /** Ascending; a term's place among them, plus one, is its number in `words`. */
  terms: { term: string; postings: Postings }[];
  /** The words of each title and abstract in order, as `packNumbers` writes them; 0 between fields. */
  words: Uint8Array[];
}

/** The bytes are not a whole index: cut off, changed, or of another kind. Build the index anew. */
export class DamagedIndex extends Error {
  override name = 'DamagedIndex';
}

/** The bytes are an index that another version wrote. Build the index anew. */
export class WrongVersion extends Error {
  override name = 'WrongVersion';
}

/** "BSIX", then the version, the body's length and its checksum, four bytes each, little-endian; then the body. */
const MAGIC = 0x58495342;
/** One more for every change of tokens, weights or this form, so that no old file is taken for a new one. */
export const FORM_VERSION = 1;
const HEADER_BYTES = 16;

export function writeForm(form: SavedForm): Uint8Array {
  const out = new ByteWriter();
  out.number(form.changeSeq);
  out.number(form.ids.length);
  for (const [doc, id] of form.ids.entries()) {
    out.number(id);
    // Weights are multiples of a half, so lengths are too.
    out.number(Math.round(form.lengths[doc] * 2));
  }
  out.number(form.terms.length);
  let before = '';
  for (const { term, postings } of form.terms) {
    const shared = sharedChars(before, term);
    out.number(shared);
    out.text(term.slice(shared));
    before = term;
    out.number(postings.length);
    out.block(postings.pack());
  }
  for (const words of form.words) {
    out.block(words);
  }
  const body = out.done();
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const header = new DataView(bytes.buffer);
  for (const [i, value] of [MAGIC, FORM_VERSION, body.length, checksum(body)].entries())
    header.setUint32(i * 4, value, true);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** @throws {DamagedIndex} @throws {WrongVersion} */
export function readForm(bytes: Uint8Array): SavedForm {
  const body = checkedBody(bytes);
  try {
    const input = new ByteReader(body);
    const form = readBody(input);
    if (!input.isAtEnd) throw new RangeError('bytes are left over');
    return form;
  } catch (error) {
    throw new DamagedIndex(`The index's ${body.length} bytes are whole but cannot be read.`, { cause: error });
  }
}

function checkedBody(bytes: Uint8Array): Uint8Array {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || header.getUint32(0, true) !== MAGIC)
    throw new DamagedIndex(`These ${bytes.length} bytes do not begin as a search index does.`);
  const version = header.getUint32(4, true);
  if (version !== FORM_VERSION)
    throw new WrongVersion(`The search index is of version ${version}; this program reads ${FORM_VERSION}.`);
  const body = bytes.subarray(HEADER_BYTES);
  const length = header.getUint32(8, true);
  if (body.length !== length)
    throw new DamagedIndex(`The search index has ${body.length} bytes behind its header where ${length} were written.`);
  if (checksum(body) !== header.getUint32(12, true))
    throw new DamagedIndex(`The search index's checksum does not fit its ${length} bytes.`);
  return body;
}

function readBody(input: ByteReader): SavedForm {
  const changeSeq = input.number();
  const count = input.number();
  const ids: number[] = [];
  const lengths: number[] = [];
  for (let doc = 0; doc < count; doc++) {
    ids.push(input.number());
    lengths.push(input.number() / 2);
  }
  const terms: SavedForm['terms'] = [];
  let term = '';
  for (let left = input.number(); left > 0; left--) {
    const shared = input.number();
    term = term.slice(0, shared) + input.text();
    const length = input.number();
    terms.push({ term, postings: Postings.packed(input.block(), length) });
  }
  const words = ids.map(() => input.block());
  return { changeSeq, ids, lengths, terms, words };
}

/** How many characters two words share at their beginnings, never half a surrogate pair. */
function sharedChars(a: string, b: string): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  const last = shared > 0 ? a.charCodeAt(shared - 1) : 0;
  return last >= 0xd800 && last <= 0xdbff ? shared - 1 : shared;
}
