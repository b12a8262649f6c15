import { findTopic, listTopics, type TopicSummary, topicStages, topicsOfPapers } from '@broadsheet/newsroom/topics';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { READ_ONLY, refused, said, type ToolContext } from './reading-tools.ts';

/** Stages told beside a list of topics: what happened lately. */
const STAGES = 4;

/** Topics, what papers are filed under them, and how they came to be. */
export function addTopicTools(server: McpServer, { host, origin }: ToolContext): void {
  server.registerTool(
    'topics',
    {
      title: 'Topics of the papers',
      description:
        'Topics found in the stream of papers: the largest, or what is new, growing or fading; with the verdicts of the last stages. The papers of topic 12 are the list /topics/12 of the tool feed; any list or search is narrowed by topic=12.',
      inputSchema: z.object({
        sort: z.enum(['largest', 'new', 'growing', 'fading', 'name']).default('largest'),
        query: z.string().max(100).optional().describe('words of a topic'),
        limit: z.number().int().min(1).max(100).default(20),
      }),
      annotations: READ_ONLY,
    },
    async ({ sort, query, limit }) => {
      const [{ topics, total }, stages] = await Promise.all([
        listTopics(host, { sort, text: query, limit }),
        topicStages(host, { limit: STAGES }),
      ]);
      return said({
        total,
        topics: topics.map((topic) => brief(topic, origin)),
        lately: stages.map(({ kind, fromDay, toDay, verdict, statistic, born }) => ({
          ...{ stage: kind, from: fromDay, until: toDay, verdict, z: statistic },
          born: born.map(({ name }) => name),
        })),
      });
    },
  );
  server.registerTool(
    'topic',
    {
      title: 'One topic',
      description: 'A topic by its number: names over time, what it was born from, neighbours, papers in each stage.',
      inputSchema: z.object({ id: z.number().int().min(1).max(999_999_999) }),
      annotations: READ_ONLY,
    },
    async ({ id }) => {
      const found = await findTopic(host, id);
      const topic = found && 'movedTo' in found ? await findTopic(host, found.movedTo) : found;
      if (!topic || 'movedTo' in topic || topic.state === 'hidden') return refused(`There is no topic ${id} here.`);
      const { names, bornFrom, mergedHere, neighbours, history } = topic;
      return said({
        ...brief(topic, origin),
        names: names.map(({ name, fromDay }) => ({ name, since: fromDay })),
        ...{ bornFrom, mergedHere, neighbours },
        history: history.map(({ kind, fromDay, papers, share }) => ({ stage: kind, from: fromDay, papers, share })),
      });
    },
  );
}

/** What a paper's record says of its topic, as Markdown; nothing where it has none. */
export async function topicLine({ host, origin }: ToolContext, paperId: number): Promise<string> {
  const chip = (await topicsOfPapers(host, [paperId])).get(paperId);
  if (!chip) return '';
  const words = chip.words.length > 0 ? `, by ${chip.words.join(', ')}` : '';
  return `\nTopic: [${chip.name}](${origin}/topics/${chip.topicId}) (${Math.round(chip.probability * 100)} % sure${words})\n`;
}

function brief({ id, name, words, papers, growth, bornOn, isNew, state }: TopicSummary, origin: string) {
  return { id, name, words, papers, growth, bornOn, isNew, state, url: `${origin}/topics/${id}` };
}
