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
  /** One for each option with an outcome, newest decision first. */
  readonly entries: readonly {
    readonly id: string;
    readonly decision: string;
    readonly prior: number | null;
    readonly final: number | null;
    readonly outcome: 0 | 1;
  }[];
  /** Null while there are too few to say. */
  readonly scores: { readonly prior: number; readonly final: number; readonly log: number } | null;
  readonly curve: ReturnType<typeof reliabilityCurve> | null;
  readonly split: ReturnType<typeof murphySplit> | null;
}

/** A reader's own forecasts of reviewed decisions. Options that were not taken have no outcome, and no score. */
export async function calibrationOf(host: Host, acting: Acting): Promise<Calibration> {
  const entries: Calibration['entries'][number][] = [];
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
    const mine = state?.forecasts.filter(({ by }) => by === me) ?? [];
    for (const [optionId, outcome] of Object.entries(state?.review?.resolutions ?? {})) {
      const prior = mine.find(({ phase }) => phase === 'prior')?.p[optionId] ?? null;
      const final = mine.findLast(({ phase }) => phase === 'final')?.p[optionId] ?? null;
      if (prior !== null || final !== null) entries.push({ id, decision: title, prior, final, outcome });
    }
  }
  const final = resolved(entries, 'final');
  const prior = resolved(entries, 'prior');
  const isEnough = final.length >= FEWEST_TO_SCORE;
  return {
    resolved: final.length,
    entries,
    scores: isEnough && prior.length > 0 ? { prior: brier(prior), final: brier(final), log: logScore(final) } : null,
    curve: isEnough ? reliabilityCurve(final) : null,
    split: final.length >= FEWEST_TO_SPLIT ? murphySplit(final) : null,
  };
}

function resolved(entries: Calibration['entries'], when: 'prior' | 'final'): ResolvedForecast[] {
  return entries.flatMap(({ outcome, [when]: p }) => (p === null ? [] : [{ p, outcome }]));
}
