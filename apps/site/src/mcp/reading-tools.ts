import type { Acting } from '@broadsheet/newsroom/accounts';
import { CursorError, type FeedEntry, paperMarkdown, UNTRUSTED } from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { recordShown } from '@broadsheet/newsroom/library';
import { findPaper, type Paper, plainText } from '@broadsheet/newsroom/papers';
import { loadSearchOrFeed, resolveAddress, sharedInWords, similarPapers } from '@broadsheet/newsroom/search';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { topicLine } from './topic-tools.ts';

export interface ToolContext {
  host: Host;
  acting: Acting;
  /** Where links lead. */
  origin: string;
}

const limit = z.number().int().min(1).max(50).default(20);
const paperId = z.string().max(64).describe('an arXiv id such as 2410.06535, or an id of this site');
/** Said of every tool that changes nothing. */
export const READ_ONLY = { readOnlyHint: true, openWorldHint: false } as const;

/** What anyone may ask: the same lists and papers that pages show. */
export function addReadingTools(server: McpServer, context: ToolContext): void {
  const { host, origin } = context;
  server.registerTool(
    'search',
    {
      title: 'Search papers',
      description:
        'Papers found by words, "phrases", author:name, title:word, cat:cs.LG and -without, the best first, each with why it was found.',
      inputSchema: z.object({
        query: z.string().min(1).max(250),
        mode: z
          .enum(['keyword', 'semantic', 'hybrid'])
          .default('hybrid')
          .describe('by words, by meaning alone, or by words with meaning where it helps'),
        limit,
      }),
      annotations: READ_ONLY,
    },
    ({ query, mode, limit: size }) => list(context, `/papers?${new URLSearchParams({ q: query, mode })}`, size),
  );
  server.registerTool(
    'feed',
    {
      title: 'Read a list',
      description:
        'A list by its address: / (newest edition), /papers/date/2025-12-30, /papers/week/2025-W52, /papers/month/2025-12, /papers/trending, /papers/new, /categories/cs.LG, /topics/12, /authors/NAME. `cursor` goes on where a list ended.',
      inputSchema: z.object({
        address: z.string().max(500).default('/'),
        limit,
        cursor: z.string().max(500).optional(),
      }),
      annotations: READ_ONLY,
    },
    ({ address, limit: size, cursor }) => list(context, address, size, cursor),
  );
  server.registerTool(
    'paper',
    {
      title: 'Read a paper’s record',
      description: 'What is known of one paper, with its abstract, as Markdown.',
      inputSchema: z.object({ id: paperId }),
      annotations: READ_ONLY,
    },
    async ({ id }) => {
      const paper = await paperOf(host, id);
      if (!paper) return refused(`There is no paper ${id} here.`);
      return said(`${paperMarkdown(paper, { baseUrl: origin })}${await topicLine(context, paper.id)}`);
    },
  );
  server.registerTool(
    'similar',
    {
      title: 'Similar papers',
      description: 'Papers that share telling words or meaning with one paper.',
      inputSchema: z.object({ id: paperId, limit }),
      annotations: READ_ONLY,
    },
    async ({ id, limit: size }) => {
      const paper = await paperOf(host, id);
      if (!paper) return refused(`There is no paper ${id} here.`);
      const found = await similarPapers(host, paper, { limit: size });
      return said({ papers: found.map((one) => ({ ...brief(one, origin), why: sharedInWords(one) })) });
    },
  );
}

/** An answer; whatever is quoted in it is marked as such before it begins. */
export function said(answer: unknown) {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer, null, 1);
  return { content: [{ type: 'text' as const, text: `${UNTRUSTED}\n\n${text}` }] };
}

export function refused(why: string) {
  return { isError: true, content: [{ type: 'text' as const, text: why }] };
}

export async function paperOf(host: Host, id: string): Promise<Paper | undefined> {
  if (!/^[\w./-]{1,64}$/.test(id)) return undefined;
  const { db } = host.database;
  const found = await findPaper(db, id);
  const paper = found && 'movedTo' in found ? await findPaper(db, found.movedTo) : found;
  return paper && !('movedTo' in paper) ? paper : undefined;
}

async function list({ host, acting, origin }: ToolContext, address: string, size: number, cursor?: string) {
  const url = URL.canParse(address, origin) ? new URL(address, origin) : undefined;
  const asked = url && url.origin === origin ? await resolve(host, url) : undefined;
  if (asked?.kind === 'problem') return refused(asked.detail);
  if (asked?.kind !== 'feed') return refused(`${address} is the address of no list.`);
  try {
    const feed = await loadSearchOrFeed(host, asked.query, { limit: size, cursor });
    // An assistant has now put them before its reader.
    if (acting.via === 'token' && acting.reader && acting.scopes.includes('read')) {
      const paperIds = feed.entries.map((entry) => entry.id);
      await recordShown(host.database, { readerId: acting.reader.id, paperIds, place: 'mcp' }, host.now());
    }
    return said({
      list: feed.title,
      url: `${origin}${feed.address}`,
      notice: feed.notice,
      papers: feed.entries.map((entry) => brief(entry, origin)),
      nextCursor: feed.nextCursor,
    });
  } catch (error) {
    if (error instanceof CursorError) return refused(error.message);
    throw error;
  }
}

async function resolve(host: Host, url: URL) {
  try {
    return await resolveAddress(host, decodeURIComponent(url.pathname), url.searchParams);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function brief(entry: FeedEntry, origin: string) {
  return {
    id: entry.key,
    url: `${origin}/papers/${entry.key}`,
    title: plainText(entry.title),
    authors:
      entry.authors.length > 8 ? [...entry.authors.slice(0, 8), `and ${entry.authors.length - 8} more`] : entry.authors,
    summary: entry.summary?.text,
    votes: entry.votes,
    comments: entry.comments,
    code: entry.repository && `https://github.com/${entry.repository.name}`,
    featuredOn: entry.featuredOn,
    runsHere: entry.experiment !== undefined || undefined,
    why: entry.why,
  };
}
