import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { StoreError } from '../errors.ts';
import { FORMAT } from './backup.ts';
import { TABLES } from './tables.ts';

/** A file that cannot be restored, or a store that it may not be restored into; nothing was changed. */
export class RestoreError extends StoreError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('bad-backup', message, options);
  }
}

/** What a backup holds, in the order of its lines. */
export type BackupPart =
  | { kind: 'header'; migrations: string[] }
  | { kind: 'table'; name: string; columns: string[] }
  | { kind: 'row'; values: unknown[] };

/** In characters; an abstract has some 2,000, the authors of a paper of 5,000 authors 200,000. Beyond, it is no backup. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * Reads a backup part by part and checks its end: what came before may be kept only when this returns.
 * @throws {RestoreError} when the file is missing, foreign, damaged or cut short.
 */
export async function* readBackup(file: string): AsyncIterable<BackupPart> {
  const hash = createHash('sha256');
  let rows = 0;
  let columns = 0;
  let place: 'start' | 'tables' | 'end' = 'start';
  for await (const line of linesIn(file)) {
    const value = parsed(file, line);
    if (place === 'end') throw damaged(file, 'something follows its last line');
    if (place === 'start') {
      yield headerOf(file, value);
      place = 'tables';
    } else if (Array.isArray(value)) {
      if (value.length !== columns) throw damaged(file, `row ${rows + 1} has ${value.length} values, not ${columns}`);
      rows++;
      yield { kind: 'row', values: value };
    } else if (isTable(value)) {
      columns = value.columns.length;
      yield { kind: 'table', name: knownTable(file, value.table), columns: value.columns };
    } else {
      const end = (value ?? {}) as { rows?: unknown; sha256?: unknown };
      if (end.rows !== rows || end.sha256 !== hash.digest('hex')) throw damaged(file, 'its checksum does not fit');
      place = 'end';
    }
    if (place !== 'end') hash.update(`${line}\n`);
  }
  if (place !== 'end') throw damaged(file, 'it ends too early');
}

function headerOf(file: string, value: unknown): BackupPart {
  const header = (value ?? {}) as { format?: unknown; migrations?: unknown };
  if (header.format !== FORMAT || !Array.isArray(header.migrations)) {
    throw new RestoreError(
      `${file} is no backup that this version reads (its first line does not say ${FORMAT}). Nothing was restored.`,
    );
  }
  return { kind: 'header', migrations: header.migrations.map(String) };
}

function isTable(value: unknown): value is { table: string; columns: string[] } {
  const { table, columns } = (value ?? {}) as { table?: unknown; columns?: unknown };
  return typeof table === 'string' && Array.isArray(columns) && columns.every((name) => typeof name === 'string');
}

function knownTable(file: string, name: string): string {
  if (TABLES.some((table) => table.name === name)) return name;
  throw new RestoreError(`${file} holds a table "${name}" that this version does not know. Nothing was restored.`);
}

function parsed(file: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged(file, 'a line of it is no JSON');
  }
}

/** Not node:readline: it also breaks lines at U+2028 and U+2029, which JSON leaves as they are. */
async function* linesIn(file: string): AsyncIterable<string> {
  const unzipped = createGunzip();
  // The callback is for the streams' sake; what goes wrong arrives in the loop below.
  pipeline(createReadStream(file), unzipped, () => undefined);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of unzipped) {
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop() as string;
      if (rest.length > LONGEST_LINE) throw damaged(file, 'a line of it does not end');
      yield* lines;
    }
  } catch (error) {
    throw error instanceof RestoreError ? error : unreadable(file, error as NodeJS.ErrnoException);
  }
  if (rest !== '') throw damaged(file, 'it ends in the middle of a line');
}

function unreadable(file: string, error: NodeJS.ErrnoException): RestoreError {
  const options = { cause: error };
  if (error.code === 'ENOENT') {
    return new RestoreError(`There is no file ${file}; name one that \`broadsheet backup\` wrote.`, options);
  }
  if (error.syscall) return new RestoreError(`${file} cannot be read (${error.code}). Nothing was restored.`, options);
  return damaged(file, error.message, options);
}

function damaged(file: string, why: string, options?: { cause: unknown }): RestoreError {
  return new RestoreError(
    `${file} is damaged or is no backup: ${why}. Nothing was restored; try an earlier backup.`,
    options,
  );
}
