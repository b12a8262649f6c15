import { defaultOf, type RunResult } from '@broadsheet/experiments';
import { written } from './controls.ts';
import type { LabFacts } from './facts.ts';

export function labAddress(facts: { paper: { arXivId: string } }): string {
  return `/papers/${facts.paper.arXivId}/lab`;
}

/** The address whose form holds these values; what the size itself would choose is left out. */
export function addressOf(facts: LabFacts, run: Pick<RunResult, 'size' | 'seeds' | 'parameters'>): string {
  const query = new URLSearchParams({ size: run.size });
  if (run.seeds.length !== facts.sizes[run.size]?.seeds) query.set('seeds', String(run.seeds.length));
  for (const parameter of facts.parameters) {
    const value = run.parameters[parameter.key];
    if (value === undefined || written(value) === written(defaultOf(parameter, run.size))) continue;
    query.set(parameter.key, written(value));
  }
  return `${labAddress(facts)}?${query}`;
}

/** Every drawn point as CSV (RFC 4180). */
export function pointsCsv(result: Pick<RunResult, 'points'>): string {
  const lines = result.points.map((p) => [p.figure, p.series, p.seed ?? '', p.x, p.y].map(quoted).join(','));
  return `${['figure,series,seed,x,y', ...lines].join('\r\n')}\r\n`;
}

function quoted(value: string | number): string {
  const text = String(value);
  // A spreadsheet takes a cell that begins so for a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
