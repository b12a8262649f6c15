import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const GZIP_MAGIC = [0x1f, 0x8b];

/** The bytes of a file, unpacked when they are gzip, whatever the file is called. */
export async function* readBytes(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path);
  const chunks = file[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const head = first.value as Buffer;
  const rest = async function* () {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value as Buffer;
  };
  if (head[0] !== GZIP_MAGIC[0] || head[1] !== GZIP_MAGIC[1]) {
    yield* rest();
    return;
  }
  const source = Readable.from(rest());
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  yield* unpacked;
}

/** A line longer than this is no record of ours, and memory must stay flat. */
const MAX_LINE_CHARS = 8 * 1024 * 1024;

/** Lines with their numbers from 1; a line that is too long comes as `undefined`. */
export async function* readLines(
  bytes: AsyncIterable<Buffer>,
): AsyncIterable<{ number: number; text: string | undefined }> {
  const decoder = new TextDecoder('utf-8');
  let pending = '';
  let number = 0;
  let isTooLong = false;
  for await (const chunk of bytes) {
    pending += decoder.decode(chunk, { stream: true });
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
      number += 1;
      yield { number, text: isTooLong ? undefined : pending.slice(0, end) };
      isTooLong = false;
      pending = pending.slice(end + 1);
    }
    if (pending.length > MAX_LINE_CHARS) {
      pending = '';
      isTooLong = true;
    }
  }
  pending += decoder.decode();
  if (pending || isTooLong) yield { number: number + 1, text: isTooLong ? undefined : pending };
}
