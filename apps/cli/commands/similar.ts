import { findPaper, plainText } from '@broadsheet/newsroom/papers';
import { readySiteIndex, sharedInWords, similarPapers } from '@broadsheet/newsroom/search';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'similar',
  summary: 'Papers like one: by the words, the meaning and the authors that they share.',
  usage: 'ID [--limit N]',
  options: { limit: { type: 'string' } },
  async run({ host, args: [id], flags, stdout, stderr }) {
    if (!id) throw new Misuse('similar needs the id of a paper.');
    const limit = Number(flags.limit ?? 10);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new Misuse(`--limit is "${flags.limit}"; send a number from 1 to 100.`);
    const paper = await findPaper(host.database.db, id);
    if (!paper || 'movedTo' in paper) {
      stderr.write(paper ? `${id} is now ${paper.movedTo}\n` : `There is no paper ${id} here.\n`);
      return 1;
    }
    await readySiteIndex(host);
    for (const other of await similarPapers(host, paper, { limit })) {
      const { key: id, sharedWords, sharedSigns, similarity } = other;
      const line = { id, title: plainText(other.title), sharedWords, shared: sharedSigns, similarity };
      stdout.write(flags.json ? `${JSON.stringify(line)}\n` : `${id}  ${line.title}\n    ${sharedInWords(other)}\n`);
    }
    return 0;
  },
};
