import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import type { PaperRow } from '../papers/index.ts';

/** Papers read at a time; memory stays flat. */
const PAGE = 500;

/**
 * The whole site as lines of NDJSON that an empty site imports to the same pages: papers with versions and counts,
 * repositories, closed editions, votes. Readers are numbered, never named; credentials and addresses stay here.
 */
export async function* exportLines(host: Host): AsyncIterable<string> {
  const { db } = host.database;
  yield line({ _: 'broadsheet', format: 1 });
  for (let after = 0; ; ) {
    const rows = await db.selectFrom('paper').selectAll().where('id', '>', after).orderBy('id').limit(PAGE).execute();
    if (rows.length === 0) break;
    after = (rows.at(-1) as PaperRow).id;
    yield* paperLines(db, rows);
  }
  for (const repository of await db.selectFrom('repository').selectAll().orderBy('name').execute()) {
    const days = await db
      .selectFrom('repository_stars')
      .select(['day', 'stars'])
      .where('repository', '=', repository.name)
      .orderBy('day')
      .execute();
    yield line({
      _: 'repository',
      name: repository.name,
      stars: repository.stars,
      starsPerDay: repository.stars_per_day,
      days,
    });
  }
  for (const edition of await db
    .selectFrom('edition')
    .selectAll()
    .where('closed_at', 'is not', null)
    .orderBy('day')
    .execute()) {
    const entries = await db
      .selectFrom('edition_entry as e')
      .innerJoin('paper as p', 'p.id', 'e.paper_id')
      .select(['p.arxiv_id', 'p.short_id', 'e.votes', 'e.comments', 'e.stars'])
      .where('e.day', '=', edition.day)
      .orderBy('e.rank')
      .execute();
    yield line({
      _: 'edition',
      day: edition.day,
      number: edition.number,
      closedAt: edition.closed_at,
      entries: entries.map((e) => ({
        paper: e.arxiv_id ?? e.short_id,
        votes: e.votes,
        comments: e.comments,
        stars: e.stars,
      })),
    });
  }
  yield* voteLines(db);
}

async function* paperLines(db: Kysely<Schema>, rows: PaperRow[]): AsyncIterable<string> {
  const ids = rows.map((row) => row.id);
  const of = <T extends { paper_id: number }>(list: T[]) => Map.groupBy(list, (row) => row.paper_id);
  const versions = of(
    await db.selectFrom('paper_version').selectAll().where('paper_id', 'in', ids).orderBy('version').execute(),
  );
  const counts = of(
    await db
      .selectFrom('paper_count')
      .selectAll()
      .where('paper_id', 'in', ids)
      .orderBy('source')
      .orderBy('kind')
      .execute(),
  );
  const features = of(await db.selectFrom('feature').selectAll().where('paper_id', 'in', ids).execute());
  for (const row of rows) {
    const feature = features.get(row.id)?.[0];
    yield line({
      id: row.arxiv_id ?? undefined,
      doi: row.doi ?? undefined,
      openreview: row.openreview_id ?? undefined,
      title: row.title,
      abstract: row.abstract ?? undefined,
      authors: JSON.parse(row.authors_json),
      categories: nonEmpty(row.categories_json),
      keywords: nonEmpty(row.keywords_json),
      comment: row.comment ?? undefined,
      journalRef: row.journal_ref ?? undefined,
      venue: row.venue ?? undefined,
      license: row.license ?? undefined,
      summary: row.summary ? { text: row.summary, by: row.summary_by ?? undefined } : undefined,
      github: row.repository ?? undefined,
      project: row.project_url ?? undefined,
      organization: row.organization ?? undefined,
      version: row.latest_version ?? undefined,
      published: iso(row.published_at),
      updated: iso(row.updated_at),
      listed: row.listed_on,
      withdrawn:
        row.withdrawn_at === null ? undefined : { at: row.withdrawn_at, reason: row.withdrawn_reason ?? undefined },
      experiment: row.experiment ?? undefined,
      featured: false,
      feature: feature ? { day: feature.day, by: feature.by, source: feature.source } : undefined,
      versions: versions.get(row.id)?.map((v) => ({
        version: v.version,
        submittedAt: v.submitted_at ?? undefined,
        size: v.size ?? undefined,
        comment: v.comment ?? undefined,
        isWithdrawal: v.is_withdrawal === 1 || undefined,
      })),
      counted: counts.get(row.id)?.map((c) => ({ source: c.source, [c.kind]: c.value, asOf: c.as_of })),
    });
  }
}

async function* voteLines(db: Kysely<Schema>): AsyncIterable<string> {
  const votes = await db
    .selectFrom('vote as v')
    .innerJoin('paper as p', 'p.id', 'v.paper_id')
    .select(['v.reader_id', 'p.arxiv_id', 'p.short_id', 'v.cast_at'])
    .where('v.standing', '=', 'counted')
    .orderBy('v.reader_id')
    .orderBy('v.paper_id')
    .execute();
  const number = new Map<number, number>();
  for (const vote of votes) {
    if (!number.has(vote.reader_id)) number.set(vote.reader_id, number.size + 1);
    yield line({
      _: 'vote',
      reader: `reader ${number.get(vote.reader_id)}`,
      paper: vote.arxiv_id ?? vote.short_id,
      castAt: vote.cast_at,
    });
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function nonEmpty(json: string): string[] | undefined {
  const list = JSON.parse(json) as string[];
  return list.length > 0 ? list : undefined;
}

function iso(at: number | null): string | undefined {
  return at === null ? undefined : new Date(at).toISOString();
}
