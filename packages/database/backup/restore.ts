import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type Insertable, type Kysely, sql } from 'kysely';
import type { Database } from '../dialects/index.ts';
import { insertMany } from '../insert-many.ts';
import { migrations } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { transaction } from '../transaction.ts';
import { FORMAT } from './backup.ts';
import { TABLES } from './tables.ts';

/** A file that cannot be restored, or a store that it may not be restored into; nothing was changed. */
export class RestoreError extends Error {
  override name = 'RestoreError';
}

const PAGE = 1_000;

/**
 * Reads a backup into an empty, migrated store of either kind, in one transaction: all of it or nothing.
 * @throws {RestoreError} when the store holds papers already, or the file is damaged, cut short, foreign or newer.
 */
export async function restore(
  file: string,
  database: Database,
  { onRows }: { onRows?: (rows: number) => void } = {},
): Promise<number> {
  return transaction(database, async (db) => {
    const { count } = await db
      .selectFrom('paper')
      .select((s) => s.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (Number(count) > 0) {
      throw new RestoreError(
        `${database.location} holds ${count} papers; restore into an empty site (a new --data folder or database).`,
      );
    }
    for (const { name } of [...TABLES].reverse()) await db.deleteFrom(name).execute();
    const rows = await readInto(database, db, file, onRows);
    if (database.name === 'postgres') await renumber(db);
    return rows;
  });
}

async function readInto(
  database: Database,
  db: Kysely<Schema>,
  file: string,
  onRows?: (rows: number) => void,
): Promise<number> {
  const hash = createHash('sha256');
  let rows = 0;
  let table: string | undefined;
  let page: Record<string, unknown>[] = [];
  let isFirst = true;
  let end: { rows: number; sha256: string } | undefined;
  const flush = async () => {
    await insertMany(database, db, table as keyof Schema & string, page as Insertable<Schema[keyof Schema]>[]);
    rows += page.length;
    page = [];
    onRows?.(rows);
  };
  for await (const line of unpacked(file)) {
    const value = parsed(file, line);
    if (isFirst) {
      checkHeader(file, value);
      isFirst = false;
    } else if (value.end) {
      end = value as unknown as typeof end;
      break;
    }
    hash.update(`${line}\n`);
    if (value.t === undefined) continue;
    if (page.length > 0 && (value.t !== table || page.length >= PAGE)) await flush();
    table = knownTable(file, value.t);
    page.push(value.r as Record<string, unknown>);
  }
  if (page.length > 0) await flush();
  if (!end) throw new RestoreError(`${file} ends too early; it is not a whole backup. Nothing was restored.`);
  if (end.rows !== rows || end.sha256 !== hash.digest('hex')) {
    throw new RestoreError(`${file} is damaged: its checksum does not fit. Nothing was restored.`);
  }
  return rows;
}

async function* unpacked(file: string): AsyncIterable<string> {
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.on('error', (error) => unzipped.destroy(error));
  try {
    yield* createInterface({ input: unzipped, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new RestoreError(`There is no file ${file}.`);
    throw new RestoreError(`${file} is damaged or no backup (${(error as Error).message}). Nothing was restored.`, {
      cause: error,
    });
  }
}

function parsed(file: string, line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    throw new RestoreError(`${file} is damaged or no backup: a line is no JSON. Nothing was restored.`);
  }
}

function checkHeader(file: string, header: Record<string, unknown>): void {
  if (header.format !== FORMAT)
    throw new RestoreError(
      `${file} is no backup of this program (its first line says ${JSON.stringify(header.format)}).`,
    );
  const unknown = (header.migrations as string[]).filter((name) => !(name in migrations));
  if (unknown.length > 0)
    throw new RestoreError(
      `${file} was written by a newer version (it knows ${unknown.join(', ')}); upgrade this program first.`,
    );
}

function knownTable(file: string, name: unknown): string {
  if (!TABLES.some((table) => table.name === name))
    throw new RestoreError(`${file} holds a table "${String(name)}" that is not known here.`);
  return name as string;
}

/** PostgreSQL numbers new rows by a counter of its own, which inserted ids do not move. */
async function renumber(db: Kysely<Schema>): Promise<void> {
  for (const { name, hasIdentity } of TABLES) {
    if (!hasIdentity) continue;
    await sql`select setval(pg_get_serial_sequence(${name}, 'id'), coalesce((select max(id) from ${sql.table(name)}), 0) + 1, false)`.execute(
      db,
    );
  }
}
