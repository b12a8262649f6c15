import type { Acting } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { marksOf } from '@broadsheet/newsroom/library';
import {
  abstractHtml,
  findPaper,
  highwireTags,
  jsonLd,
  plainText,
  titleHtml,
  toBibtex,
  toCslJson,
  toRis,
} from '@broadsheet/newsroom/papers';
import { sharedInWords, similarPapers, siteIndex } from '@broadsheet/newsroom/search';
import { claimOf } from '@broadsheet/newsroom/submissions';
import { topicsOfPapers } from '@broadsheet/newsroom/topics';
import { error, redirect } from '@sveltejs/kit';
import { discussionOf, viewerOf } from './discussion-view.ts';
import { drawPaper } from './drawing.ts';
import { loadClaims } from './lab-page.ts';
import { topicOf } from './topics/of-paper.ts';

/** Everything that the page of one paper shows; found by the last part of its address. */
export async function loadPaperPage(key: string, url: URL, acting: Acting) {
  const host = currentHost();
  const paper = await findPaper(host.database.db, key);
  if (!paper)
    error(404, 'This paper is not here', {
      detail: `Nothing is known here of ${key}. It may come with the next batch, or can be gathered with “broadsheet pull”.`,
    });
  if ('movedTo' in paper) redirect(308, `/papers/${paper.movedTo}`);
  const context = { baseUrl: url.origin };
  const vote = await host.database.db
    .selectFrom('vote')
    .select('cast_at')
    .where('paper_id', '=', paper.id)
    .where('reader_id', '=', viewerOf(acting).readerId ?? -1)
    .executeTakeFirst();
  const claims = paper.experiment ? await loadClaims(host, paper.arxivId) : undefined;
  const similar = await similarPapers(host, paper, { limit: 6 });
  const cite = { ...paper, key: paper.key };
  return {
    paper: {
      ...paper,
      title: plainText(paper.title),
      voted: vote !== undefined,
      address: `/papers/${paper.key}`,
    },
    titleHtml: titleHtml(paper.title),
    claims,
    topic: topicOf((await topicsOfPapers(host, [paper.id])).get(paper.id)),
    library: await marksFor(acting, paper.id),
    discussion: await discussionOf(paper.id, acting),
    /** How the reader's claim to have written it stands; 'none' where one could be made. */
    authorship:
      (await claimOf(host.database.db, paper.id, viewerOf(acting).readerId)) ??
      (acting.via === 'session' ? 'none' : undefined),
    drawing: drawPaper(paper),
    abstractHtml: paper.abstract ? abstractHtml(paper.abstract) : undefined,
    description: paper.summary?.text ?? plainText(paper.abstract ?? paper.title).slice(0, 300),
    citations: [
      {
        name: 'BibTeX',
        text: toBibtex([cite], context),
        mediaType: 'application/x-bibtex',
        href: `/papers/${paper.key}.bib`,
      },
      {
        name: 'RIS',
        text: toRis([cite], context),
        mediaType: 'application/x-research-info-systems',
        href: `/papers/${paper.key}.ris`,
      },
      {
        name: 'CSL-JSON',
        text: toCslJson([cite], context),
        mediaType: 'application/vnd.citationstyles.csl+json',
        href: `/papers/${paper.key}.csl.json`,
      },
    ],
    tags: highwireTags(cite, context),
    jsonLd: `<script type="application/ld+json">${jsonLd(cite, context)}</${'script'}>`,
    similar: similar.map((s) => ({
      address: `/papers/${s.key}`,
      titleHtml: titleHtml(s.title),
      why: sharedInWords({ ...s, similarity: s.sharedWords.length > 0 ? undefined : s.similarity }),
      authors: s.authors,
    })),
    /** Without its similar papers a page is not finished, and must not be kept. */
    isComplete: siteIndex(host).isReady,
    canonical: `${url.origin}/papers/${paper.key}`,
  };
}

/** Whether the reader has saved it, or does not want it; undefined for who has no library. */
async function marksFor(acting: Acting, paperId: number) {
  const { readerId } = viewerOf(acting);
  if (readerId === undefined) return undefined;
  const { hidden, saved } = await marksOf(currentHost().database.db, readerId, [paperId]);
  return { isHidden: hidden.has(paperId), isSaved: saved.has(paperId) };
}
