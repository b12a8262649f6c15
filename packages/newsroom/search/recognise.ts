import type { SearchFacts } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { parseArxivId, parseDoi, slugOf } from '../papers/index.ts';
import { shownTopics } from './topic-groups.ts';

/** What a question names outright: a paper by its id, a topic, or an author. */
export async function recognised(host: Host, text: string): Promise<{ paperId?: number; meant: SearchFacts['meant'] }> {
  const alias = aliasOf(text);
  if (alias) {
    const paper = await host.database.db
      .selectFrom('paper_alias')
      .select('paper_id')
      .where('kind', '=', alias.kind)
      .where('value', '=', alias.value)
      .executeTakeFirst();
    return { paperId: paper?.paper_id, meant: [] };
  }
  const name = /^(?:author:|au:)?\s*"?([^":]+)"?$/i.exec(text.trim())?.[1];
  // A single word is a name too rarely, and finds the papers of all who bear it.
  const slug = name?.trim().includes(' ') ? slugOf(name) : '';
  const meant = await topicNamed(host, text);
  if (!slug) return { meant };
  const author = await host.database.db.selectFrom('author').select('name').where('slug', '=', slug).executeTakeFirst();
  if (author) meant.push({ text: `All papers by ${author.name}`, address: `/authors/${encodeURIComponent(slug)}` });
  return { meant };
}

async function topicNamed(host: Host, text: string): Promise<SearchFacts['meant']> {
  const { names, named } = await shownTopics(host);
  const id = named.get(text.trim().toLowerCase());
  return id === undefined ? [] : [{ text: `The topic ${names.get(id)}`, address: `/topics/${id}` }];
}

function aliasOf(text: string): { kind: 'arxiv' | 'doi'; value: string } | undefined {
  const arxiv = parseArxivId(text);
  if (arxiv) return { kind: 'arxiv', value: arxiv.id };
  const doi = parseDoi(text);
  return doi ? { kind: 'doi', value: doi } : undefined;
}
