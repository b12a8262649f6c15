import { papersDay } from '../editions/calendar.ts';
import type { Host } from '../host/index.ts';
import { mergeRecords, type PaperRecord } from '../papers/index.ts';
import { type Item, readItems } from './formats/index.ts';
import { restoreRow } from './rows.ts';

export interface ImportReport {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Records that were skipped, with their place. */
  faults: { file: string; line: number; reason: string }[];
}

export interface ImportOptions {
  onProgress?(report: ImportReport, file: string): void;
  signal?: AbortSignal;
}

/** Records merged in one transaction: large enough to be quick, small enough that a stop loses little. */
const BATCH = 500;
/** Beyond this the report would only repeat itself; the count goes on. */
const MAX_FAULTS_KEPT = 1_000;

/** Reads files into the site. Idempotent: what is there already changes nothing, so a broken import is simply run again. */
export async function importFiles(host: Host, files: string[], options: ImportOptions = {}): Promise<ImportReport> {
  const report: ImportReport = { read: 0, created: 0, updated: 0, unchanged: 0, faults: [] };
  for (const file of files) await importItems(host, readItems(file), file, report, options);
  return report;
}

async function importItems(
  host: Host,
  items: AsyncIterable<Item>,
  file: string,
  report: ImportReport,
  { onProgress, signal }: ImportOptions,
): Promise<void> {
  let batch: { line: number; record: PaperRecord }[] = [];
  const fault = (line: number, reason: string) => {
    if (report.faults.length < MAX_FAULTS_KEPT) report.faults.push({ file, line, reason });
  };
  const flush = async () => {
    if (batch.length === 0) return;
    const now = host.now();
    const merged = await mergeRecords(
      host.database,
      batch.map((b) => b.record),
      { now, today: papersDay(now, host.settings.zone) },
    );
    report.created += merged.created;
    report.updated += merged.updated;
    report.unchanged += merged.unchanged;
    for (const { record, reason } of merged.refused) fault(batch.find((b) => b.record === record)?.line ?? 0, reason);
    report.read += batch.length;
    batch = [];
    onProgress?.(report, file);
  };
  try {
    for await (const item of items) {
      signal?.throwIfAborted();
      if ('fault' in item) fault(item.line, item.fault);
      else if ('row' in item) {
        await flush();
        const reason = await restoreRow(host, item.row);
        if (reason) fault(item.line, reason);
      } else {
        batch.push(item);
        if (batch.length >= BATCH) await flush();
      }
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    fault(0, `could not be read to its end: ${(error as Error).message}`);
  }
  await flush();
}
