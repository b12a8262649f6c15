import type { Acting } from '@broadsheet/newsroom/accounts';
import type { Host } from '@broadsheet/newsroom/host';
import { setSaved } from '@broadsheet/newsroom/library';
import { setVote } from '@broadsheet/newsroom/votes';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { noteOf } from '../lib/server/vote-note.ts';
import { asReader, done } from './acting.ts';
import { refused } from './reading-tools.ts';

const paper = z.string().max(64).describe('an arXiv id such as 2410.06535, or an id of this site');
/** Saying the same twice changes nothing, and everything can be taken back. */
const CHANGES = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

/** What acts for a reader: by a token that has the scope "vote", on papers of that reader alone. */
export function addWritingTools(server: McpServer, { host, acting }: { host: Host; acting: Acting }): void {
  server.registerTool(
    'vote',
    {
      title: 'Vote for a paper',
      description: 'Sets the reader’s vote for a paper on or off. Needs a token with the scope "vote".',
      inputSchema: z.object({ paper, on: z.boolean() }),
      annotations: CHANGES,
    },
    ({ paper: paperKey, on }) =>
      asReader(acting, 'vote', async (readerId) => {
        const outcome = await setVote(host, { readerId, paperKey, on });
        if ('notFound' in outcome) return refused(`There is no paper ${paperKey} here.`);
        if ('discarded' in outcome) return refused('This vote was part of a burst that the editors set aside.');
        return done({ ...outcome, note: outcome.voted ? noteOf(outcome.standing) : undefined });
      }),
  );
  server.registerTool(
    'save',
    {
      title: 'Save a paper to the library',
      description:
        'Puts a paper on a shelf of the reader’s private library, or takes it off. Needs a token with the scope "vote".',
      inputSchema: z.object({ paper, on: z.boolean(), shelf: z.string().max(60).optional() }),
      annotations: CHANGES,
    },
    ({ paper: paperKey, on, shelf }) =>
      asReader(acting, 'vote', async (readerId) => {
        const outcome = await setSaved(host, { readerId, paperKey, on, shelf, place: 'mcp' });
        return 'refused' in outcome ? refused(outcome.refused) : done({ saved: outcome.on });
      }),
  );
}
