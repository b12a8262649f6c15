import { z } from 'zod';
import type { PaperRecord } from '../../papers/record.ts';
import { huggingFaceRecord, parseArxivAtom, parseOaiRecords } from '../../sources/index.ts';
import { readBytes, readLines } from './bytes.ts';
import { recordOfLine } from './lines.ts';

/** What a file holds at one place: a record, something for the site's own tables, or a fault. */
export type Item =
  | { line: number; record: PaperRecord }
  | { line: number; row: Record<string, unknown> }
  | { line: number; fault: string };

/**
 * Reads a file of any known format, told by its content: NDJSON of ours, a JSON array as Hugging Face's API returns it,
 * arXiv's Atom, OAI-PMH XML; each also gzipped. Faults are items too: one bad record never hides the next.
 */
export async function* readItems(path: string): AsyncIterable<Item> {
  const bytes = readBytes(path)[Symbol.asyncIterator]();
  const first = await bytes.next();
  if (first.done) return;
  const head = first.value
    .toString('utf8', 0, 4_096)
    .replace(/^\uFEFF/, '')
    .trimStart();
  const all = async function* () {
    yield first.value;
    for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value;
  };
  if (head.startsWith('<')) yield* xmlItems(all(), head);
  else if (head.startsWith('[')) yield* arrayItems(all());
  else if (head.startsWith('{')) yield* lineItems(all());
  else yield { line: 1, fault: 'is none of the known formats: NDJSON, a JSON array, arXiv Atom or OAI-PMH XML' };
}

async function* lineItems(bytes: AsyncIterable<Buffer>): AsyncIterable<Item> {
  for await (const { number: line, text } of readLines(bytes)) {
    if (text === undefined) yield { line, fault: 'is longer than any record; is this NDJSON?' };
    else if (text.trim() !== '') yield lineItem(line, text);
  }
}

function lineItem(line: number, text: string): Item {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, fault: 'is no JSON' };
  }
  if (typeof value === 'object' && value !== null && '_' in value)
    return { line, row: value as Record<string, unknown> };
  try {
    return { line, record: recordOfLine(value) };
  } catch (error) {
    return { line, fault: explainShape(error) };
  }
}

/** A whole array is read at once: the API returns at most a hundred items a call. */
const MAX_ARRAY_CHARS = 64 * 1024 * 1024;

async function* arrayItems(bytes: AsyncIterable<Buffer>): AsyncIterable<Item> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ARRAY_CHARS) {
      yield { line: 1, fault: 'is an array of more than 64 MB; write one object a line (NDJSON) instead' };
      return;
    }
  }
  let values: unknown[];
  try {
    values = JSON.parse(text);
  } catch {
    yield { line: 1, fault: 'is a JSON array that ends too early or is damaged' };
    return;
  }
  for (const [index, value] of values.entries()) {
    try {
      const isTheirs = typeof value === 'object' && value !== null && 'paper' in value;
      yield { line: index + 1, record: isTheirs ? huggingFaceRecord(value) : recordOfLine(value) };
    } catch (error) {
      yield { line: index + 1, fault: explainShape(error) };
    }
  }
}

async function* xmlItems(bytes: AsyncIterable<Buffer>, head: string): AsyncIterable<Item> {
  const records = /<OAI-PMH[\s>]/.test(head) ? parseOaiRecords(bytes) : parseArxivAtom(bytes);
  let line = 0;
  try {
    for await (const item of records) {
      line += 1;
      if ('record' in item && item.record) yield { line, record: item.record };
    }
  } catch (error) {
    yield { line: line + 1, fault: `is damaged from here on: ${(error as Error).message}` };
  }
}

function explainShape(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  const issue = error.issues[0];
  return `has a field we cannot read: ${issue.path.join('.') || 'the whole'}: ${issue.message}`;
}
