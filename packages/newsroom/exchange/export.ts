import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import type { PaperRow } from '../papers/index.ts';

/** Papers read at a time; memory stays flat. */
const PAGE = 500;

/**
 * The whole site as lines of NDJSON that an empty site imports to the same pages: papers with versions and counts,
 * repositories, closed editions, votes, comments. Readers are numbered, never named; credentials and addresses stay here.
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
  const numberOf = readerNumbers();
  yield* voteLines(db, numberOf);
  yield* commentLines(db, numberOf);
}

/** Readers are numbered in the order in which they come; the same reader has one number in all lines. */
function readerNumbers(): (readerId: number) => string {
  const numbers = new Map<number, number>();
  return (readerId) => {
    if (!numbers.has(readerId)) numbers.set(readerId, numbers.size + 1);
    return `reader ${numbers.get(readerId)}`;
  };
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
      feature: feature
        ? { day: feature.day, by: feature.by, source: feature.source, place: feature.place ?? undefined }
        : undefined,
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

async function* voteLines(db: Kysely<Schema>, numberOf: (readerId: number) => string): AsyncIterable<string> {
  const votes = await db
    .selectFrom('vote as v')
    .innerJoin('paper as p', 'p.id', 'v.paper_id')
    .select(['v.reader_id', 'p.arxiv_id', 'p.short_id', 'v.cast_at'])
    .where('v.standing', '=', 'counted')
    .orderBy('v.reader_id')
    .orderBy('v.paper_id')
    .execute();
  for (const vote of votes) {
    yield line({
      _: 'vote',
      reader: numberOf(vote.reader_id),
      paper: vote.arxiv_id ?? vote.short_id,
      castAt: vote.cast_at,
    });
  }
}

/** Comments in the order in which they were written: each after the one that it answers. Reports stay here. */
async function* commentLines(db: Kysely<Schema>, numberOf: (readerId: number) => string): AsyncIterable<string> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('comment as c')
      .innerJoin('paper as p', 'p.id', 'c.paper_id')
      .leftJoin('comment as parent', 'parent.id', 'c.reply_to')
      .selectAll('c')
      .select(['p.arxiv_id', 'p.short_id', 'parent.key as parent_key'])
      .where('c.id', '>', after)
      .orderBy('c.id')
      .limit(PAGE)
      .execute();
    if (rows.length === 0) return;
    after = (rows.at(-1) as { id: number }).id;
    const ids = rows.map((row) => row.id);
    const versions = await db
      .selectFrom('comment_version')
      .selectAll()
      .where('comment_id', 'in', ids)
      .orderBy('version')
      .execute();
    const reactions = await db
      .selectFrom('comment_reaction')
      .selectAll()
      .where('comment_id', 'in', ids)
      .orderBy('at')
      .execute();
    for (const row of rows) {
      yield line({
        _: 'comment',
        key: row.key,
        paper: row.arxiv_id ?? row.short_id,
        reader: numberOf(row.reader_id),
        replyTo: row.parent_key ?? undefined,
        text: row.text,
        createdAt: row.created_at,
        editedAt: row.edited_at ?? undefined,
        hiddenAt: row.hidden_at ?? undefined,
        removedAt: row.removed_at ?? undefined,
        versions: versions
          .filter((v) => v.comment_id === row.id)
          .map((v) => ({ text: v.text, writtenAt: v.written_at })),
        reactions: reactions
          .filter((r) => r.comment_id === row.id)
          .map((r) => ({ reader: numberOf(r.reader_id), reaction: r.reaction, at: r.at })),
      });
    }
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
