import { backup } from '@broadsheet/database';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'backup',
  summary: 'Writes the whole store into one file; safe while the site serves.',
  usage: 'FILE',
  async run({ host, args: [file], stdout, stderr, isTerminal }) {
    if (!file) throw new Misuse('backup needs a file.');
    const rows = await backup(host.database, file, {
      onRows: (n) => isTerminal && stderr.write(`\r${n.toLocaleString('en')} rows`),
    });
    if (isTerminal) stderr.write('\n');
    stdout.write(`${rows} rows written to ${file}\n`);
    return 0;
  },
};
