import { brier, logScore, murphySplit, type ResolvedForecast, reliabilityCurve } from '@broadsheet/methods/five-layer';
import type { Acting } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';
import { actorOf } from './people.ts';
import { readDecision } from './record.ts';

export interface DecisionSummary {
  readonly id: string;
  readonly title: string;
  readonly phase: string;
  readonly reviewOn: string | null;
  readonly updatedAt: number;
}

/** Decisions on one page of the list. */
export const DECISIONS_A_PAGE = 50;

export interface DecisionPage {
  readonly decisions: readonly DecisionSummary[];
  /** Where the next page begins; null on the last. */
  readonly next: string | null;
}

/** The decisions that a reader owns or takes part in, newest first. @param after `next` of the page before */
export async function listDecisions(host: Host, acting: Acting, after: string | null = null): Promise<DecisionPage> {
  if (!acting.reader) return { decisions: [], next: null };
  let query = theirs(host, acting.reader.id)
    .select(['d.id', 'd.title', 'd.phase', 'd.review_on', 'd.updated_at'])
    .orderBy('d.updated_at', 'desc')
    .orderBy('d.id', 'desc')
    .limit(DECISIONS_A_PAGE + 1);
  const from = /^(\d{1,16})-([0-9a-f]{1,40})$/.exec(after ?? '');
  if (from) {
    const [at, id] = [Number(from[1]), from[2]];
    query = query.where((e) =>
      e.or([e('d.updated_at', '<', at), e.and([e('d.updated_at', '=', at), e('d.id', '<', id)])]),
    );
  }
  const rows = await query.execute();
  const page = rows.slice(0, DECISIONS_A_PAGE);
  const last = page.at(-1);
  return {
    decisions: page.map((row) => ({
      id: row.id,
      title: row.title,
      phase: row.phase,
      reviewOn: row.review_on,
      updatedAt: Number(row.updated_at),
    })),
    next: rows.length > DECISIONS_A_PAGE && last ? `${last.updated_at}-${last.id}` : null,
  };
}

function theirs(host: Host, readerId: number) {
  return host.database.db
    .selectFrom('decision as d')
    .where((e) =>
      e.or([
        e('d.owner_id', '=', readerId),
        e('d.id', 'in', e.selectFrom('decision_member').select('decision_id').where('reader_id', '=', readerId)),
      ]),
    );
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
  const reviewed = acting.reader
    ? await theirs(host, acting.reader.id)
        .select(['d.id', 'd.title'])
        .where('d.phase', '=', 'reviewed')
        .orderBy('d.updated_at', 'desc')
        .execute()
    : [];
  const me = acting.reader && actorOf(acting.reader.id);
  for (const { id, title } of reviewed) {
    const state = await readDecision(host.database.db, id);
    for (const [optionId, outcome] of Object.entries(state?.review?.resolutions ?? {}))
      for (const forecast of state?.forecasts ?? []) {
        const p = forecast.p[optionId];
        if (p === undefined || forecast.phase === 'update' || forecast.by !== me) continue;
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
