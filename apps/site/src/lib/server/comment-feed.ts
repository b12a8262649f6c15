import { COMMENT_FEED_TYPES, type CommentFeed, listComments, renderCommentFeed } from '@broadsheet/newsroom/discussion';
import { currentHost } from '@broadsheet/newsroom/host';
import { findPaper, plainText } from '@broadsheet/newsroom/papers';
import { problem } from './problem.ts';

/** As many of the newest as a feed reader that asks once a week may have missed. */
const FEED_COMMENTS = 100;

/** The newest comments on a paper, or on all of them, as a feed. */
export async function commentFeed(form: CommentFeed, url: URL, key?: string): Promise<Response> {
  const host = currentHost();
  const { db } = host.database;
  const paper = key === undefined ? undefined : await findPaper(db, key);
  if (key !== undefined && !paper) return problem(404, 'No such paper', `There is no paper ${key} here.`);
  if (paper && 'movedTo' in paper)
    return new Response(null, { status: 308, headers: { location: `/papers/${paper.movedTo}/comments.${form}` } });
  const { comments } = await listComments(db, { paperId: paper?.id, newestFirst: true, limit: FEED_COMMENTS });
  const body = renderCommentFeed(form, comments, {
    siteName: host.settings.siteName,
    baseUrl: url.origin,
    title: paper ? `comments on ${plainText(paper.title)}` : 'comments',
    address: paper ? `/papers/${paper.key}#discussion` : '/comments',
    self: url.pathname,
    now: host.now(),
  });
  return new Response(body, {
    headers: { 'content-type': COMMENT_FEED_TYPES[form], 'cache-control': 'public, max-age=0, must-revalidate' },
  });
}
