import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { renderMarkdown } from './markdown.ts';
import { REACTIONS, type Reaction } from './react.ts';
import { COMMENT_KEY, isLocked } from './store.ts';

/** One comment as readers see it. */
export interface Comment {
  key: string;
  paperKey: string;
  paperTitle: string;
  /** The reader's name and handle; "deleted reader" where they have left. */
  author: { name: string; handle?: string; isPaperAuthor: boolean };
  isMine: boolean;
  /** Markdown and its HTML; empty where it is not shown. */
  text: string;
  html: string;
  createdAt: number;
  editedAt?: number;
  edits: number;
  /** What became of it: an editor hid it, or its writer took it away. */
  gone?: 'hidden' | 'removed';
  /** The key of the comment that it answers. */
  replyTo?: string;
  /** How deep it stands in its thread; 0 for those that answer the paper. */
  depth: number;
  reactions: { reaction: Reaction; count: number; mine: boolean }[];
}

export interface Discussion {
  isLocked: boolean;
  /** Threads one after the other, the oldest first, each answer under what it answers. */
  comments: Comment[];
  /** Where there are more than were asked for: from where to go on. */
  next?: number;
}

/** Who looks. Editors read what is hidden. */
export interface Viewer {
  readerId?: number;
  isEditor?: boolean;
}

const NOBODY: Viewer = {};

/** The discussion of a paper, in threads. */
export async function loadDiscussion(
  db: Kysely<Schema>,
  paperId: number,
  { viewer = NOBODY, limit = 500 }: { viewer?: Viewer; limit?: number } = {},
): Promise<Discussion> {
  const rows = await commentRows(db)
    .where('c.paper_id', '=', paperId)
    .orderBy('c.id')
    .limit(limit + 1)
    .execute();
  const comments = await asComments(db, rows.slice(0, limit), viewer);
  return {
    isLocked: await isLocked(db, paperId),
    comments: threaded(comments),
    ...(rows.length > limit ? { next: rows[limit - 1].id } : {}),
  };
}

/** The comments of a paper in the order in which they were written, or of the whole site the newest first. */
export async function listComments(
  db: Kysely<Schema>,
  {
    paperId,
    after,
    newestFirst = false,
    limit = 50,
    viewer = NOBODY,
  }: { paperId?: number; after?: number; newestFirst?: boolean; limit?: number; viewer?: Viewer } = {},
): Promise<{ comments: Comment[]; next?: number }> {
  let query = commentRows(db).where('c.removed_at', 'is', null);
  if (newestFirst) query = query.where('c.hidden_at', 'is', null);
  if (paperId !== undefined) query = query.where('c.paper_id', '=', paperId);
  if (after !== undefined) query = query.where('c.id', newestFirst ? '<' : '>', after);
  const rows = await query
    .orderBy('c.id', newestFirst ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute();
  const comments = await asComments(db, rows.slice(0, limit), viewer);
  return { comments, ...(rows.length > limit ? { next: rows[limit - 1].id } : {}) };
}

/** One comment with everything that it said before, oldest first; undefined where there is none. */
export async function readComment(
  db: Kysely<Schema>,
  key: string,
  viewer: Viewer = NOBODY,
): Promise<
  (Comment & { history: { text: string; html: string; writtenAt: number }[]; isLocked: boolean }) | undefined
> {
  if (!COMMENT_KEY.test(key)) return undefined;
  const row = await commentRows(db).where('c.key', '=', key).executeTakeFirst();
  if (!row) return undefined;
  const [comment] = await asComments(db, [row], viewer);
  const versions =
    comment.text === ''
      ? []
      : await db
          .selectFrom('comment_version')
          .selectAll()
          .where('comment_id', '=', row.id)
          .orderBy('version')
          .execute();
  const history = versions.map((v) => ({
    text: v.text,
    html: renderMarkdown(v.text).html,
    writtenAt: v.written_at,
  }));
  return { ...comment, history, isLocked: await isLocked(db, row.paper_id) };
}

function commentRows(db: Kysely<Schema>) {
  return db
    .selectFrom('comment as c')
    .innerJoin('reader as r', 'r.id', 'c.reader_id')
    .innerJoin('paper as p', 'p.id', 'c.paper_id')
    .leftJoin('comment as parent', 'parent.id', 'c.reply_to')
    .leftJoin('authorship as a', (j) =>
      j.onRef('a.paper_id', '=', 'c.paper_id').onRef('a.reader_id', '=', 'c.reader_id').on('a.state', '=', 'confirmed'),
    )
    .select([
      ...(['c.id', 'c.key', 'c.paper_id', 'c.reader_id', 'c.text', 'c.created_at', 'c.edited_at'] as const),
      ...(['c.hidden_at', 'c.removed_at', 'parent.key as parent_key', 'r.name', 'r.handle'] as const),
      ...(['p.arxiv_id', 'p.short_id', 'p.title', 'a.reader_id as author_id'] as const),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof commentRows>['execute']>>[number];

async function asComments(db: Kysely<Schema>, rows: Row[], viewer: Viewer): Promise<Comment[]> {
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const reactions = await db
    .selectFrom('comment_reaction')
    .select(['comment_id', 'reader_id', 'reaction'])
    .where('comment_id', 'in', ids)
    .execute();
  const edits = await db
    .selectFrom('comment_version')
    .select((s) => ['comment_id', s.fn.countAll<number>().as('count')])
    .where('comment_id', 'in', ids)
    .groupBy('comment_id')
    .execute();
  return rows.map((row): Comment => {
    const gone = row.removed_at !== null ? 'removed' : row.hidden_at !== null ? 'hidden' : undefined;
    const isMine = row.reader_id === viewer.readerId;
    const isShown = gone === undefined || (gone === 'hidden' && (viewer.isEditor === true || isMine));
    const mine = reactions.filter((r) => r.comment_id === row.id);
    return {
      key: row.key,
      paperKey: row.arxiv_id ?? row.short_id,
      paperTitle: row.title,
      author: { name: row.name, handle: row.handle ?? undefined, isPaperAuthor: row.author_id !== null },
      isMine,
      text: isShown ? row.text : '',
      html: isShown ? renderMarkdown(row.text).html : '',
      createdAt: row.created_at,
      editedAt: row.edited_at ?? undefined,
      edits: Number(edits.find((e) => e.comment_id === row.id)?.count ?? 0),
      gone,
      replyTo: row.parent_key ?? undefined,
      depth: 0,
      reactions: REACTIONS.flatMap((reaction) => {
        const of = mine.filter((r) => r.reaction === reaction);
        if (of.length === 0) return [];
        return [{ reaction, count: of.length, mine: of.some((r) => r.reader_id === viewer.readerId) }];
      }),
    };
  });
}

/** Puts answers under what they answer. What was taken away and answered by nobody leaves no trace. */
function threaded(comments: Comment[]): Comment[] {
  const answers = Map.groupBy(comments, (comment) => comment.replyTo);
  const under = (key: string | undefined, depth: number): Comment[] =>
    (answers.get(key) ?? []).flatMap((comment) => {
      const below = under(comment.key, depth + 1);
      if (comment.gone === 'removed' && below.length === 0) return [];
      return [{ ...comment, depth }, ...below];
    });
  return under(undefined, 0);
}
