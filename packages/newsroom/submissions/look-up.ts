import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { HOUR_MS, takeOne } from '../accounts/index.ts';
import { papersDay } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { mergeRecords, type PaperRecord, parseArxivId, parseDoi } from '../papers/index.ts';
import { parseArxivAtom } from '../sources/index.ts';
import { GuardError, type GuardOptions, guardedFetch } from './guarded-fetch.ts';
import { orcidsOfCsl, recordOfCsl, recordOfPage } from './page-record.ts';

/** What somebody proposes, as an identifier or as a page. */
export type Named = { arxivId: string } | { doi: string } | { url: string };

/** Reads an arXiv id, a DOI, or the address of a page, in any of their written forms. */
export function parseNamed(text: string): Named | undefined {
  const given = text.trim();
  if (given.length > 2_000) return undefined;
  const arxiv = parseArxivId(given);
  if (arxiv) return { arxivId: arxiv.id };
  const doi = parseDoi(given);
  if (doi) {
    const inside = doi.startsWith('10.48550/arxiv.') ? parseArxivId(doi.slice('10.48550/arxiv.'.length)) : undefined;
    return inside ? { arxivId: inside.id } : { doi };
  }
  return /^https?:\/\//i.test(given) && URL.canParse(given) ? { url: given } : undefined;
}

export interface Known {
  id: number;
  key: string;
  title: string;
  publishedAt?: number;
}

/** The paper of ours that an identifier names. */
export async function findNamed(db: Kysely<Schema>, named: Named): Promise<Known | undefined> {
  if ('url' in named) return undefined;
  const [kind, value] = 'arxivId' in named ? (['arxiv', named.arxivId] as const) : (['doi', named.doi] as const);
  const row = await db
    .selectFrom('paper_alias as a')
    .innerJoin('paper as p', 'p.id', 'a.paper_id')
    .select(['p.id', 'p.arxiv_id', 'p.short_id', 'p.title', 'p.published_at'])
    .where('a.kind', '=', kind)
    .where('a.value', '=', value)
    .executeTakeFirst();
  if (!row) return undefined;
  const { id, title } = row;
  return { id, title, key: row.arxiv_id ?? row.short_id, publishedAt: row.published_at ?? undefined };
}

/** Where papers are looked up; tests put servers of their own in its place. */
export interface Places extends Pick<GuardOptions, 'isAllowed' | 'resolve'> {
  arxiv?: string;
  doi?: string;
  /** Who asks, where nothing else limits it. */
  askedBy?: number;
}

/** Each may ask a server elsewhere. */
const LOOK_UPS = { name: 'papers learnt for', most: 60, windowMs: HOUR_MS };

/**
 * The paper that is named, learnt from outside where it is new here, and kept as gathered: whatever becomes of the
 * proposal, it has a page from now on.
 * @throws {GuardError} saying why it could not be learnt.
 */
export async function lookUp(host: Host, named: Named, places: Places = {}): Promise<Known> {
  const known = await findNamed(host.database.db, named);
  if (known) return known;
  if (!host.settings.pull)
    throw new GuardError('This site asks nobody outside, and does not know this paper; import it first.');
  const { askedBy } = places;
  if (askedBy !== undefined && (await takeOne(host.database.db, LOOK_UPS, String(askedBy), host.now())))
    throw new GuardError(`${LOOK_UPS.most} new papers within an hour are the most; try again later.`);
  const { record, orcids } = await learn(host, named, places);
  const now = host.now();
  const merged = await mergeRecords(host.database, [record], { now, today: papersDay(now, host.settings.zone) });
  if (merged.refused.length > 0) throw new GuardError(`This cannot be kept: ${merged.refused[0].reason}.`);
  await host.contentChanged();
  const stored = record.arxivId
    ? await findNamed(host.database.db, { arxivId: record.arxivId })
    : record.doi
      ? await findNamed(host.database.db, { doi: record.doi })
      : undefined;
  if (!stored) throw new GuardError('Its page names neither an arXiv id nor a DOI; propose it by one of them.');
  for (const orcid of orcids)
    await host.database.db
      .insertInto('paper_orcid')
      .values({ paper_id: stored.id, orcid })
      .onConflict((c) => c.doNothing())
      .execute();
  return stored;
}

async function learn(host: Host, named: Named, places: Places): Promise<{ record: PaperRecord; orcids: string[] }> {
  const { contact, siteName } = host.settings;
  const userAgent = `Broadsheet (${contact ?? siteName})`;
  const options = { userAgent, isAllowed: places.isAllowed, resolve: places.resolve };
  if ('arxivId' in named) {
    const url = `${places.arxiv ?? 'https://export.arxiv.org'}/api/query?id_list=${encodeURIComponent(named.arxivId)}`;
    const { body } = await guardedFetch(url, { ...options, accept: 'application/atom+xml' });
    for await (const item of parseArxivAtom(once(body)))
      if ('record' in item && item.record.arxivId === named.arxivId)
        return { record: { ...item.record, source: 'submission' }, orcids: [] };
    throw new GuardError(`arXiv has no ${named.arxivId}.`);
  }
  if ('doi' in named) {
    const url = `${places.doi ?? 'https://doi.org'}/${named.doi.split('/').map(encodeURIComponent).join('/')}`;
    const { body } = await guardedFetch(url, { ...options, accept: 'application/vnd.citationstyles.csl+json' });
    const record = recordOfCsl(body, named.doi);
    if (!record) throw new GuardError(`Nothing that can be read is registered for doi:${named.doi}.`);
    return { record, orcids: orcidsOfCsl(body) };
  }
  const page = await guardedFetch(named.url, { ...options, accept: 'text/html' });
  const record = recordOfPage(page.body);
  if (!record) throw new GuardError('Its page does not say which paper it is about (no citation_title).');
  if (!record.arxivId && !record.doi)
    throw new GuardError('Its page names neither an arXiv id nor a DOI; propose it by one of them.');
  return { record, orcids: [] };
}

async function* once(text: string): AsyncIterable<string> {
  yield text;
}
