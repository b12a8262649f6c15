import { isDay } from '@broadsheet/newsroom/editions';
import {
  assignWaiting,
  beginTopics,
  listTopics,
  otherEncoder,
  rollbackStage,
  runDueStages,
  type TopicSort,
  topicsState,
} from '@broadsheet/newsroom/topics';
import { type Command, type CommandContext, Misuse } from '../command.ts';

const SORTS: TopicSort[] = ['largest', 'new', 'growing', 'fading', 'name'];

export const command: Command = {
  name: 'topics',
  summary:
    'Lists topics, says how they stand, runs the stages that are due, takes the newest one back, or sorts the papers into first topics.',
  usage:
    'list [--sort largest|new|growing|fading|name] [--limit N] | status | stage [--until DAY] | rollback | begin [--anew]',
  options: {
    sort: { type: 'string' },
    limit: { type: 'string' },
    until: { type: 'string' },
    anew: { type: 'boolean' },
  },
  async run(context) {
    const [what = 'list'] = context.args;
    if (what === 'list') return list(context);
    if (what === 'status') return status(context);
    if (what === 'stage') return stage(context);
    if (what === 'rollback') return rollback(context);
    if (what === 'begin') return begin(context);
    throw new Misuse(`topics takes list, status, stage, rollback or begin; got "${what}".`);
  },
};

async function list({ host, flags, stdout }: CommandContext): Promise<number> {
  const sort = SORTS.find((known) => known === (flags.sort ?? 'largest'));
  if (!sort) throw new Misuse(`--sort is "${flags.sort}"; it takes ${SORTS.join(', ')}.`);
  const limit = Number(flags.limit ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new Misuse(`--limit is "${flags.limit}"; send a number from 1 to 1000.`);
  const { topics, total } = await listTopics(host, { sort, limit, includeDormant: true });
  for (const topic of topics) {
    if (flags.json) stdout.write(`${JSON.stringify(topic)}\n`);
    else
      stdout.write(
        `${String(topic.id).padStart(5)}  ${topic.name}\n       ${topic.papers} papers, since ${topic.bornOn}; ${topic.words.slice(0, 6).join(', ')}\n`,
      );
  }
  if (!flags.json) stdout.write(`${topics.length} of ${total} topics\n`);
  return 0;
}

async function status({ host, flags, stdout }: CommandContext): Promise<number> {
  const state = await topicsState(host);
  const other = await otherEncoder(host.database.db);
  if (flags.json) stdout.write(`${JSON.stringify({ ...state, otherEncoder: other })}\n`);
  else {
    const { newest } = state;
    stdout.write(
      `${state.topics} topics, ${state.active} active, ${state.dormant} dormant\n` +
        `${state.assigned} papers have one, ${state.apart} are near none, ${state.waiting} wait\n` +
        (newest
          ? `newest stage ${newest.id}: ${newest.fromDay} to ${newest.toDay}, ${newest.verdict} (z ${newest.statistic.toFixed(1)})\n`
          : `no stage yet; topics begin with ${state.start?.needed} papers that have abstracts, and there are ${state.start?.papers}\n`) +
        (other ? `found with another encoder, ${other}: new papers get none\n` : ''),
    );
  }
  return 0;
}

async function stage({ host, flags, stdout, stderr, isTerminal, signal }: CommandContext): Promise<number> {
  const until = flags.until === undefined ? undefined : String(flags.until);
  if (until !== undefined && !isDay(until)) throw new Misuse(`--until is "${until}"; send a day such as 2026-03-01.`);
  if (isTerminal) stderr.write('papers that came since get their topics …\n');
  await assignWaiting(host, { signal });
  const runs = await runDueStages(host, { until, signal });
  for (const run of runs) {
    if (flags.json) stdout.write(`${JSON.stringify(run)}\n`);
    else
      stdout.write(
        `stage ${run.stageId}: ${run.verdict}${run.born.length > 0 ? `, topics ${run.born.join(', ')}` : ''}\n`,
      );
  }
  if (runs.length === 0 && !flags.json) stdout.write('no week is due\n');
  return signal.aborted ? 1 : 0;
}

async function rollback({ host, flags, stdout, stderr }: CommandContext): Promise<number> {
  const done = await rollbackStage(host);
  if ('refused' in done) {
    stderr.write(`${done.refused}\n`);
    return 1;
  }
  if (flags.json) stdout.write(`${JSON.stringify(done)}\n`);
  else stdout.write(`stage ${done.stageId} was taken back; ${done.withdrawn.length} topics are withdrawn\n`);
  return 0;
}

async function begin({ host, flags, stdout, stderr, isTerminal, signal }: CommandContext): Promise<number> {
  const onProgress = (read: number, of: number) => {
    if (isTerminal) stderr.write(read < of ? `\r${read} of ${of} papers read` : `\r${of} papers read, sorting …\n`);
  };
  const begun = await beginTopics(host, { signal, onProgress, anew: flags.anew === true });
  if ('refused' in begun) {
    stderr.write(`${begun.refused}\n`);
    return 1;
  }
  // Those that came since.
  await assignWaiting(host, { signal });
  if (flags.json) stdout.write(`${JSON.stringify(begun)}\n`);
  else stdout.write(`${begun.topics} topics from ${begun.papers} papers of ${begun.stages} months\n`);
  return 0;
}
