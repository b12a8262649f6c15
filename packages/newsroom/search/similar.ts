import { entriesByIds, type FeedEntry } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { plainText } from '../papers/index.ts';
import { siteIndex } from './site-index.ts';

export type SimilarPaper = FeedEntry & { sharedWords: string[] };

/** Papers that share the most telling words with a paper; none while the index is being built. */
export async function similarPapers(
  host: Host,
  paper: { id: number; title: string; abstract?: string; keywords: string[] },
  { limit = 10 }: { limit?: number } = {},
): Promise<SimilarPaper[]> {
  const site = siteIndex(host);
  if (!site.isReady) return [];
  const text = plainText(`${paper.title}. ${paper.title}. ${paper.abstract ?? ''} ${paper.keywords.join(' ')}`);
  const found = site.index.similar(text, { limit, except: paper.id });
  const wordsOf = new Map(found.map((f) => [f.id, f.words]));
  const entries = await entriesByIds(
    host.database.db,
    found.map((f) => f.id),
  );
  return entries.map((entry, index) => ({ ...entry, rank: index + 1, sharedWords: wordsOf.get(entry.id) ?? [] }));
}
