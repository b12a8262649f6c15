import { type IndexedPaper, SearchIndex } from '@broadsheet/search-index';
import type { Host } from '../host/index.ts';

/** A site's keyword index, held in memory and following the store. */
export interface SiteIndex {
  readonly index: SearchIndex;
  /** Whether it holds everything that the store held when it was last asked. */
  isReady: boolean;
}

/** Papers read and indexed at a time; between two the process answers requests. */
const CHUNK = 50;

interface Following extends SiteIndex {
  seq: number;
  running?: Promise<void>;
}

const indexes = new WeakMap<Host, Following>();

/**
 * The index of a site. It is derived data: built from the store in the background and kept in step by the change
 * sequence. Never waited for; until it is ready, searches go to the store.
 */
export function siteIndex(host: Host): SiteIndex {
  let following = indexes.get(host);
  if (!following) {
    following = { index: new SearchIndex(), isReady: false, seq: -1 };
    indexes.set(host, following);
  }
  if (!following.running && following.seq < host.contentVersion()) {
    const mine = following;
    mine.running = follow(host, mine)
      .catch((error) => host.log.error('search index could not follow the store', { error }))
      .finally(() => {
        mine.running = undefined;
      });
  }
  return following;
}

/** Waits until the index has caught up with the store; for commands and tests. */
export async function readySiteIndex(host: Host): Promise<SiteIndex> {
  const site = siteIndex(host) as Following;
  await site.running;
  return site;
}

async function follow(host: Host, following: Following): Promise<void> {
  const { db } = host.database;
  const target = host.contentVersion();
  const removed = await db.selectFrom('removed_paper').select('id').where('changed_seq', '>', following.seq).execute();
  for (const { id } of removed) following.index.remove(id);
  let last = { seq: following.seq, id: 0 };
  for (;;) {
    const rows = await db
      .selectFrom('paper')
      .select([
        'id',
        'title',
        'abstract',
        'authors_json',
        'keywords_json',
        'categories_json',
        'organization',
        'changed_seq',
      ])
      .where((w) =>
        w.or([w('changed_seq', '>', last.seq), w.and([w('changed_seq', '=', last.seq), w('id', '>', last.id)])]),
      )
      .orderBy('changed_seq')
      .orderBy('id')
      .limit(CHUNK)
      .execute();
    for (const row of rows) following.index.upsert(indexed(row));
    const end = rows.at(-1);
    if (!end) break;
    last = { seq: end.changed_seq, id: end.id };
    // Lets requests through between two chunks.
    await new Promise((resolve) => setImmediate(resolve));
  }
  following.seq = Math.max(target, last.seq);
  following.isReady = true;
}

interface IndexedRow {
  id: number;
  title: string;
  abstract: string | null;
  authors_json: string;
  keywords_json: string;
  categories_json: string;
  organization: string | null;
}

function indexed(row: IndexedRow): IndexedPaper {
  return {
    id: row.id,
    title: row.title,
    abstract: row.abstract ?? undefined,
    authors: JSON.parse(row.authors_json),
    keywords: JSON.parse(row.keywords_json),
    categories: JSON.parse(row.categories_json),
    organization: row.organization ?? undefined,
  };
}
