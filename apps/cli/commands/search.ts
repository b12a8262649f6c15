import { plainText } from '@broadsheet/newsroom/papers';
import { loadSearchOrFeed, readySiteIndex, readyWords } from '@broadsheet/newsroom/search';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'search',
  summary: 'Finds papers by words, an author or an arXiv id.',
  usage: 'QUERY [--mode keyword|semantic|hybrid] [--limit N]',
  options: { limit: { type: 'string' }, mode: { type: 'string' } },
  async run({ host, args, flags, stdout, stderr }) {
    const text = args.join(' ');
    if (!text) throw new Misuse('search needs words to look for.');
    const limit = Number(flags.limit ?? 10);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new Misuse(`--limit is "${flags.limit}"; send a number from 1 to 100.`);
    const mode = flags.mode ?? 'hybrid';
    if (mode !== 'keyword' && mode !== 'semantic' && mode !== 'hybrid')
      throw new Misuse(`--mode is "${mode}"; send keyword, semantic or hybrid.`);
    await (mode === 'keyword' ? readyWords(host) : readySiteIndex(host));
    const feed = await loadSearchOrFeed(
      host,
      { window: { kind: 'all' }, order: 'top', filters: { text }, ...(mode === 'hybrid' ? {} : { mode }) },
      { limit },
    );
    if (flags.json) {
      for (const paper of feed.entries)
        stdout.write(
          `${JSON.stringify({ id: paper.key, title: plainText(paper.title), authors: paper.authors, votes: paper.votes, why: paper.why, isByMeaning: paper.isByMeaning })}\n`,
        );
      return 0;
    }
    for (const note of feed.notes ?? []) stderr.write(`${note}\n`);
    for (const paper of feed.entries)
      stdout.write(
        `${paper.key}  ${plainText(paper.title)}\n    ${paper.authors.slice(0, 3).join(', ')}${paper.authors.length > 3 ? ' …' : ''} · ${paper.why ?? ''}\n`,
      );
    stdout.write(`${feed.total ?? feed.entries.length} found\n`);
    return 0;
  },
};
