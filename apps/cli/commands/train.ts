import { writeFileSync } from 'node:fs';
import { trainEncoder } from '@broadsheet/newsroom/search';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'train',
  summary: 'Trains the text encoder of the search on papers of this site, or of files.',
  usage: 'encoder [FILE…] --out FILE [--epochs N] [--seed N]',
  options: { out: { type: 'string' }, epochs: { type: 'string' }, seed: { type: 'string' } },
  async run({ host, args: [what, ...files], flags, stdout, stderr, signal }) {
    if (what !== 'encoder') throw new Misuse('train what? There is: train encoder.');
    if (typeof flags.out !== 'string') throw new Misuse('--out names the file to write.');
    const epochs = Number(flags.epochs ?? 12);
    const seed = Number(flags.seed ?? 0);
    if (!Number.isInteger(epochs) || epochs < 1 || !Number.isInteger(seed))
      throw new Misuse('--epochs and --seed are whole numbers, epochs from 1.');
    const onProgress = (message: string) => stderr.write(`${message}\n`);
    const { bytes, papers } = await trainEncoder(host, { files, epochs, seed, onProgress, signal });
    writeFileSync(flags.out, bytes);
    stdout.write(
      `${flags.out}: ${bytes.length.toLocaleString('en')} bytes, trained on ${papers.toLocaleString('en')} papers\n`,
    );
    return 0;
  },
};
