import { commentFeed } from '#lib/server/comment-feed.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ params, url }) =>
  commentFeed(params.form, url, `${params.archive}/${params.number}`);
