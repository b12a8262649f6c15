import { createHash } from 'node:crypto';
import { type Pace, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { candidatesFor, frontName } from './candidates.ts';
import { hashOf, type IssueContent, issuePapers } from './content.ts';
import { subscribableFeed } from './feeds.ts';
import type { Period } from './periods.ts';

/** An issue as it was frozen. */
export interface Issue {
  id: number;
  /** Last part of its address: '2026-01-14', '2026-W02', '2026-01-14-4f1c'. */
  slug: string;
  feed: string;
  pace: Pace;
  period: string;
  content: IssueContent;
  hash: string;
  frozenAt: number;
}

/** Papers that an issue shows; so many fit a mail that no program cuts off, and a breakfast. */
const MAX_SHOWN = 25;

/** What an issue of a period would hold now; undefined when the feed has nothing new. Stores nothing. */
export async function draftIssue(
  host: Host,
  feed: string,
  pace: Pace,
  period: Period,
): Promise<{ content: IssueContent; coversFrom: string; passedOver: number[] } | undefined> {
  const resolved = subscribableFeed(feed);
  if ('refused' in resolved) throw new Error(`digest: ${feed}: ${resolved.refused}`);
  const { db } = host.database;
  const previous = await db
    .selectFrom('issue')
    .select(['covers_until'])
    .where('feed', '=', feed)
    .where('pace', '=', pace)
    .where('period', '<', period.key)
    .orderBy('period', 'desc')
    .limit(1)
    .executeTakeFirst();
  const found = await candidatesFor(host, resolved.query, resolved.address, period, previous);
  const told = await alreadyTold(
    db,
    feed,
    pace,
    found.entries.map((entry) => entry.id),
  );
  const fresh = found.entries.filter((entry) => !told.has(entry.id));
  if (fresh.length === 0) return undefined;
  const shown = fresh.slice(0, MAX_SHOWN);
  const content: IssueContent = {
    feedTitle: feed === '/' ? frontName(pace) : found.feedTitle || frontName(pace),
    title: period.title,
    pace,
    address: found.address,
    papers: await issuePapers(host, shown),
    more: fresh.length - shown.length,
    notice: found.notice,
  };
  return { content, coversFrom: period.from, passedOver: fresh.slice(MAX_SHOWN).map((entry) => entry.id) };
}

/**
 * The issue of a period: the one that was frozen, or frozen now. Of two processes that freeze at once one does, and both
 * return the same.
 * @returns undefined when there is nothing new to tell; then nothing is frozen, and it may be asked again.
 */
export async function freezeIssue(host: Host, feed: string, pace: Pace, period: Period): Promise<Issue | undefined> {
  const { db } = host.database;
  const known = await findFrozen(db, feed, pace, period.key);
  if (known) return known;
  const draft = await draftIssue(host, feed, pace, period);
  if (!draft) return undefined;
  const { content, coversFrom, passedOver } = draft;
  await transaction(host.database, async (inside) => {
    const made = await inside
      .insertInto('issue')
      .values({
        slug: slugOf(feed, pace, period.key),
        feed,
        pace,
        period: period.key,
        covers_from: coversFrom,
        covers_until: period.until,
        content_json: JSON.stringify(content),
        hash: hashOf(content),
        frozen_at: host.now(),
      })
      .onConflict((c) => c.columns(['feed', 'pace', 'period']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) return;
    const papers = [
      ...content.papers.map((paper, index) => ({ issue_id: made.id, paper_id: paper.id, rank: index + 1 })),
      ...passedOver.map((paper_id) => ({ issue_id: made.id, paper_id, rank: null })),
    ];
    for (let at = 0; at < papers.length; at += 300) {
      await inside
        .insertInto('issue_paper')
        .values(papers.slice(at, at + 300))
        .execute();
    }
  });
  host.log.info('an issue was frozen', { feed, pace, period: period.key, papers: content.papers.length });
  return findFrozen(db, feed, pace, period.key);
}

/** An issue by the last part of its address. */
export async function findIssue(db: Kysely<Schema>, slug: string): Promise<Issue | undefined> {
  const row = await db.selectFrom('issue').selectAll().where('slug', '=', slug).executeTakeFirst();
  return row && issueOf(row);
}

export async function issueById(db: Kysely<Schema>, id: number): Promise<Issue | undefined> {
  const row = await db.selectFrom('issue').selectAll().where('id', '=', id).executeTakeFirst();
  return row && issueOf(row);
}

/** The newest issues that everybody may find. Those of a search are read by whoever has the link: its words may be private. */
export async function listIssues(db: Kysely<Schema>, { limit = 60 } = {}) {
  const rows = await db
    .selectFrom('issue')
    .select(['slug', 'feed', 'pace', 'content_json', 'frozen_at'])
    .where('feed', 'not like', '/papers?q=%')
    .where('feed', 'not like', '/authors/%')
    .orderBy('frozen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ slug, pace, content_json, frozen_at }) => {
    const content = JSON.parse(content_json) as IssueContent;
    return {
      slug,
      pace,
      title: content.title,
      feedTitle: content.feedTitle,
      lead: content.papers[0].title,
      papers: content.papers.length + content.more,
      frozenAt: frozen_at,
    };
  });
}

function slugOf(feed: string, pace: Pace, period: string): string {
  if (feed === '/') return period;
  return `${period}-${createHash('sha256').update(`${pace} ${feed}`).digest('hex').slice(0, 10)}`;
}

async function findFrozen(db: Kysely<Schema>, feed: string, pace: Pace, period: string): Promise<Issue | undefined> {
  const row = await db
    .selectFrom('issue')
    .selectAll()
    .where('feed', '=', feed)
    .where('pace', '=', pace)
    .where('period', '=', period)
    .executeTakeFirst();
  return row && issueOf(row);
}

async function alreadyTold(db: Kysely<Schema>, feed: string, pace: Pace, ids: number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('issue_paper as ip')
    .innerJoin('issue as i', 'i.id', 'ip.issue_id')
    .select('ip.paper_id')
    .where('i.feed', '=', feed)
    .where('i.pace', '=', pace)
    .where('ip.paper_id', 'in', ids)
    .execute();
  return new Set(rows.map((row) => row.paper_id));
}

function issueOf(row: {
  id: number;
  slug: string;
  feed: string;
  pace: Pace;
  period: string;
  content_json: string;
  hash: string;
  frozen_at: number;
}): Issue {
  const { id, slug, feed, pace, period, hash } = row;
  return { id, slug, feed, pace, period, hash, content: JSON.parse(row.content_json), frozenAt: row.frozen_at };
}
