import { findPaper, plainText } from '@broadsheet/newsroom/papers';
import { readySiteIndex, similarPapers } from '@broadsheet/newsroom/search';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'similar',
  summary: 'Papers that share the most telling words with one.',
  usage: 'ID',
  async run({ host, args: [id], flags, stdout, stderr }) {
    if (!id) throw new Misuse('similar needs the id of a paper.');
    const paper = await findPaper(host.database.db, id);
    if (!paper || 'movedTo' in paper) {
      stderr.write(paper ? `${id} is now ${paper.movedTo}\n` : `There is no paper ${id} here.\n`);
      return 1;
    }
    await readySiteIndex(host);
    for (const other of await similarPapers(host, paper, { limit: 10 })) {
      const line = { id: other.key, title: plainText(other.title), shares: other.sharedWords };
      stdout.write(
        flags.json ? `${JSON.stringify(line)}\n` : `${line.id}  ${line.title}\n    shares ${line.shares.join(', ')}\n`,
      );
    }
    return 0;
  },
};
