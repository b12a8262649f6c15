import { papersDay } from '../editions/calendar.ts';
import type { Host } from '../host/index.ts';
import { mergeRecords, type PaperRecord } from '../papers/index.ts';
import { politeClient, SourceError } from './http/polite.ts';
import { type Cursor, HOUR_MS, type Source } from './source.ts';

export interface PullReport {
  source: string;
  read: number;
  created: number;
  updated: number;
  refused: number;
  /** Why it stopped early; what was read before is kept. */
  error?: string;
}

export interface PullOptions {
  signal: AbortSignal;
  baseUrl?: string;
  fetch?: typeof fetch;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  timeoutMs?: number;
  onProgress?(report: PullReport): void;
}

/** Records kept in one transaction. */
const BATCH = 200;
/** After a failure the next try waits, doubling from ten minutes to half a day. */
const FIRST_RETRY_MS = 600_000;
const LAST_RETRY_MS = 12 * 3_600_000;
/** No source is quiet for longer than a week-end. */
const LONGEST_QUIET_MS = 72 * HOUR_MS;

/**
 * Reads a source once. Batches are kept as they come, each together with the place it reached; a failure is written down
 * for the status page and never thrown: no source stops another.
 */
export async function pullSource(host: Host, source: Source, options: PullOptions): Promise<PullReport> {
  const report: PullReport = { source: source.id, read: 0, created: 0, updated: 0, refused: 0 };
  const cursor = await readCursor(host, source);
  const { settings, now } = host;
  const http = politeClient({
    source: source.id,
    politeness: source.politeness,
    database: host.database,
    userAgent: `Broadsheet/0.1 (+${settings.baseUrl ?? 'self-hosted'}${settings.contact ? `; ${settings.contact}` : ''})`,
    signal: options.signal,
    now,
    fetch: options.fetch,
    sleep: options.sleep,
    timeoutMs: options.timeoutMs,
  });
  let batch: PaperRecord[] = [];
  let nothingBefore: number | undefined;
  const keep = async (at?: Cursor) => {
    if (batch.length > 0) {
      const merged = await mergeRecords(host.database, batch, { now: now(), today: papersDay(now(), settings.zone) });
      report.created += merged.created;
      report.updated += merged.updated;
      report.refused += merged.refused.length;
      report.read += batch.length;
      batch = [];
      await host.contentChanged();
    }
    if (at) await writeState(host, source, { cursor_json: JSON.stringify(at) });
    options.onProgress?.(report);
  };
  try {
    const context = {
      cursor,
      http,
      signal: options.signal,
      now,
      settings,
      database: host.database,
      baseUrl: options.baseUrl ?? source.baseUrl,
    };
    for await (const pulled of source.pull(context)) {
      if ('cursor' in pulled) {
        await keep(pulled.cursor);
        nothingBefore = pulled.nothingBefore;
      } else if (batch.push(pulled.record) >= BATCH) await keep();
    }
    await keep();
    await succeeded(host, source, report, nothingBefore);
  } catch (error) {
    // What was read before the failure is worth keeping.
    await keep().catch(() => undefined);
    report.error = options.signal.aborted ? 'stopped' : messageOf(source, error);
    await failed(host, source, report, error);
  }
  return report;
}

async function readCursor(host: Host, source: Source): Promise<Cursor | undefined> {
  const row = await host.database.db
    .selectFrom('source_state')
    .select('cursor_json')
    .where('source', '=', source.id)
    .executeTakeFirst();
  return row?.cursor_json ? JSON.parse(row.cursor_json) : undefined;
}

async function succeeded(host: Host, source: Source, report: PullReport, nothingBefore = 0): Promise<void> {
  const now = host.now();
  await count(host, source, report);
  const next_at = dueFrom(source, Math.max(now + source.everyMs, nothingBefore));
  await writeState(host, source, { last_success_at: now, failures_in_a_row: 0, next_at });
}

/** The first instant from then on, to the hour, at which the source is asked at all: a week-end may lie between. */
function dueFrom({ isDue }: Source, at: number): number {
  if (!isDue) return at;
  let due = at;
  while (!isDue(due) && due < at + LONGEST_QUIET_MS) due = (Math.floor(due / HOUR_MS) + 1) * HOUR_MS;
  return due;
}

async function failed(host: Host, source: Source, report: PullReport, error: unknown): Promise<void> {
  if (report.error === 'stopped') return;
  const now = host.now();
  await count(host, source, report);
  const row = await host.database.db
    .selectFrom('source_state')
    .select('failures_in_a_row')
    .where('source', '=', source.id)
    .executeTakeFirst();
  const failures = (row?.failures_in_a_row ?? 0) + 1;
  const retryAt = error instanceof SourceError ? error.retryAt : undefined;
  const next = now + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
  await writeState(host, source, {
    last_failure_at: now,
    last_error: report.error?.slice(0, 1_000),
    failures_in_a_row: failures,
    next_at: Math.max(next, retryAt ?? 0),
  });
  host.log.warn('a source failed', {
    source: source.id,
    error: report.error,
    nextAt: new Date(Math.max(next, retryAt ?? 0)).toISOString(),
  });
}

async function count(host: Host, source: Source, report: PullReport): Promise<void> {
  await writeState(host, source, {});
  await host.database.db
    .updateTable('source_state')
    .set((e) => ({
      records_read: e('records_read', '+', report.read),
      papers_new: e('papers_new', '+', report.created),
    }))
    .where('source', '=', source.id)
    .execute();
}

interface StateChange {
  cursor_json?: string;
  last_success_at?: number;
  last_failure_at?: number;
  last_error?: string;
  failures_in_a_row?: number;
  next_at?: number;
}

async function writeState(host: Host, source: Source, change: StateChange): Promise<void> {
  const insert = host.database.db
    .insertInto('source_state')
    .values({ source: source.id, failures_in_a_row: 0, records_read: 0, papers_new: 0, ...change });
  await (Object.keys(change).length > 0
    ? insert.onConflict((c) => c.column('source').doUpdateSet(change))
    : insert.onConflict((c) => c.doNothing())
  ).execute();
}

function messageOf(source: Source, error: unknown): string {
  const message = (error as Error)?.message ?? String(error);
  return message.startsWith(`${source.id}:`) ? message : `${source.id}: ${message}`;
}
