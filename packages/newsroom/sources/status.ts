import type { Host } from '../host/index.ts';
import { sources } from './registry.ts';
import { switchedOff } from './switches.ts';

/** What the status page says of one source. */
export interface SourceStatus {
  id: string;
  title: string;
  about: string;
  isOn: boolean;
  /** Whether an administrator switched it off here, and can switch it on again. */
  isSwitchedOff: boolean;
  lastSuccessAt?: number;
  lastFailureAt?: number;
  lastError?: string;
  /** Whether its latest try failed. */
  isFailing: boolean;
  recordsRead: number;
  papersNew: number;
  nextAt?: number;
}

export async function sourceStatus(host: Host): Promise<SourceStatus[]> {
  const rows = await host.database.db.selectFrom('source_state').selectAll().execute();
  const off = await switchedOff(host.database.db);
  const stateOf = new Map(rows.map((row) => [row.source, row]));
  return sources.map((source) => {
    const state = stateOf.get(source.id);
    return {
      id: source.id,
      title: source.title,
      about: source.about,
      isOn: isOn(host, source.id) && !off.has(source.id),
      isSwitchedOff: off.has(source.id),
      lastSuccessAt: state?.last_success_at ?? undefined,
      lastFailureAt: state?.last_failure_at ?? undefined,
      lastError: state?.last_error ?? undefined,
      isFailing: (state?.failures_in_a_row ?? 0) > 0,
      recordsRead: state?.records_read ?? 0,
      papersNew: state?.papers_new ?? 0,
      nextAt: state?.next_at ?? undefined,
    };
  });
}

/** Whether the operator's settings have this source on. */
export function isOn(host: Host, id: string): boolean {
  const { pull, sources: chosen } = host.settings;
  return pull && (chosen === undefined || chosen.includes(id));
}
