import { restore } from '@broadsheet/database';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'restore',
  summary: 'Reads a backup into an empty site, on SQLite or PostgreSQL.',
  usage: 'FILE',
  async run({ host, args: [file], stdout, stderr, isTerminal }) {
    if (!file) throw new Misuse('restore needs a file.');
    const rows = await restore(file, host.database, {
      onRows: (n) => isTerminal && stderr.write(`\r${n.toLocaleString('en')} rows`),
    });
    if (isTerminal) stderr.write('\n');
    stdout.write(`${rows} rows restored from ${file}\n`);
    return 0;
  },
};
