import { brier, logScore, murphySplit, type ResolvedForecast, reliabilityCurve } from '@broadsheet/methods/five-layer';
import type { Acting } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';
import { readDecision } from './record.ts';

export interface DecisionSummary {
  readonly id: string;
  readonly title: string;
  readonly phase: string;
  readonly reviewOn: string | null;
  readonly updatedAt: number;
}

/** The decisions that a reader owns or takes part in, newest first. */
export async function listDecisions(host: Host, acting: Acting): Promise<DecisionSummary[]> {
  if (!acting.reader) return [];
  const readerId = acting.reader.id;
  const rows = await host.database.db
    .selectFrom('decision as d')
    .select(['d.id', 'd.title', 'd.phase', 'd.review_on', 'd.updated_at'])
    .where((e) =>
      e.or([
        e('d.owner_id', '=', readerId),
        e('d.id', 'in', e.selectFrom('decision_member').select('decision_id').where('reader_id', '=', readerId)),
      ]),
    )
    .orderBy('d.updated_at', 'desc')
    .limit(200)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    phase: row.phase,
    reviewOn: row.review_on,
    updatedAt: row.updated_at,
  }));
}

/** Below this a calibration is a diary, not a statistic. */
export const FEWEST_TO_SCORE = 20;
const FEWEST_TO_SPLIT = 50;

export interface Calibration {
  readonly resolved: number;
  readonly entries: readonly {
    readonly decision: string;
    readonly option: string;
    readonly p: number;
    readonly outcome: 0 | 1;
    readonly phase: string;
  }[];
  /** Null while there are too few to say. */
  readonly scores: { readonly prior: number; readonly final: number; readonly log: number } | null;
  readonly curve: ReturnType<typeof reliabilityCurve> | null;
  readonly split: ReturnType<typeof murphySplit> | null;
}

/** A reader's own forecasts of reviewed decisions. Options that were not taken have no outcome, and no score. */
export async function calibrationOf(host: Host, acting: Acting): Promise<Calibration> {
  const entries: (Calibration['entries'][number] & { readonly isFinal: boolean })[] = [];
  for (const { id, title, phase } of await listDecisions(host, acting)) {
    if (phase !== 'reviewed') continue;
    const state = await readDecision(host.database.db, id);
    for (const [optionId, outcome] of Object.entries(state?.review?.resolutions ?? {}))
      for (const forecast of state?.forecasts ?? []) {
        const p = forecast.p[optionId];
        if (p === undefined || forecast.phase === 'update') continue;
        entries.push({
          decision: title,
          option: optionId,
          p,
          outcome,
          phase: forecast.phase,
          isFinal: forecast.phase === 'final',
        });
      }
  }
  const final = resolvedOf(entries.filter(({ isFinal }) => isFinal));
  const prior = resolvedOf(entries.filter(({ isFinal }) => !isFinal));
  const isEnough = final.length >= FEWEST_TO_SCORE;
  return {
    resolved: final.length,
    entries,
    scores: isEnough && prior.length > 0 ? { prior: brier(prior), final: brier(final), log: logScore(final) } : null,
    curve: isEnough ? reliabilityCurve(final) : null,
    split: final.length >= FEWEST_TO_SPLIT ? murphySplit(final) : null,
  };
}

function resolvedOf(entries: readonly ResolvedForecast[]): ResolvedForecast[] {
  return entries.map(({ p, outcome }) => ({ p, outcome }));
}
