import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { exportLines } from '@broadsheet/newsroom/exchange';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'export',
  summary:
    'Writes everything as NDJSON that an empty site imports to the same pages; .gz compresses, - writes to the terminal.',
  usage: 'FILE',
  async run({ host, args: [file], stdout }) {
    if (!file) throw new Misuse('export needs a file, or - for standard output.');
    if (file === '-') {
      for await (const line of exportLines(host)) stdout.write(line);
      return 0;
    }
    const lines = Readable.from(exportLines(host));
    const partial = `${file}.partial`;
    try {
      if (file.endsWith('.gz')) await pipeline(lines, createGzip(), createWriteStream(partial));
      else await pipeline(lines, createWriteStream(partial));
      await rename(partial, file);
    } catch (cause) {
      await rm(partial, { force: true });
      const { code, message } = cause as NodeJS.ErrnoException;
      if (!code) throw cause;
      throw new Error(`${file} cannot be written (${message}). Nothing was left behind; the site is as it was.`, {
        cause,
      });
    }
    stdout.write(`written to ${file}\n`);
    return 0;
  },
};
