export { COMMENT_FEED_TYPES, COMMENT_FEEDS, type CommentFeed, renderCommentFeed } from './feed.ts';
export { LIMITS as COMMENT_LIMITS } from './limits.ts';
export { renderMarkdown } from './markdown.ts';
export {
  hideComment,
  keepComment,
  lockDiscussion,
  type ReportedComment,
  reportComment,
  reportedComments,
} from './moderate.ts';
export { exportComments, forgetComments } from './of-reader.ts';
export type { Refused } from './outcome.ts';
export { REACTIONS, type Reaction, setReaction } from './react.ts';
export { type Comment, type Discussion, listComments, loadDiscussion, readComment, type Viewer } from './read.ts';
export { cleanText, MAX_COMMENT_CHARS } from './text.ts';
export { editComment, removeComment, type Written, writeComment } from './write.ts';
