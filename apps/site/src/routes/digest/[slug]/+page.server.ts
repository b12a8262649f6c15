import { byline, findIssue, morePapers, papersCount } from '@broadsheet/newsroom/digest';
import { currentHost } from '@broadsheet/newsroom/host';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, setHeaders }) => {
  const issue = await findIssue(currentHost().database.db, params.slug);
  if (!issue) error(404, { message: 'No such issue', detail: 'The issues of this site are listed at /digest.' });
  // Frozen: whoever keeps a copy keeps the right one; only the masthead around it moves.
  setHeaders({ 'cache-control': 'public, max-age=0, must-revalidate' });
  const { content, hash, frozenAt, feed, pace } = issue;
  return {
    ...content,
    papers: content.papers.map((paper) => ({
      ...paper,
      by: [byline(paper), paper.organization].filter(Boolean).join(' · '),
    })),
    count: papersCount(content.papers.length + content.more),
    moreWords: morePapers(content.more),
    hash,
    frozenAt,
    feed,
    pace,
    isPrivate: /^\/(papers\?q=|authors\/)/.test(feed),
  };
};
