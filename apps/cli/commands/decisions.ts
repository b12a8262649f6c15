import { readFile } from 'node:fs/promises';
import { verifyExport } from '@broadsheet/newsroom/decisions';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'decisions',
  summary: 'Checks the hash chain of an exported decision.',
  usage: 'verify FILE',
  async run({ args, flags, stdout }) {
    const [verb, file] = args;
    if (verb !== 'verify' || file === undefined || args.length > 2)
      throw new Misuse('decisions: expected "verify FILE".');
    const verdict = await verifyExport(await readFile(file, 'utf8'));
    if (flags.json) stdout.write(`${JSON.stringify(verdict)}\n`);
    else if (verdict.valid)
      stdout.write(
        `✓ ${verdict.title}: ${verdict.events} events, every hash fits${verdict.redacted > 0 ? `, ${verdict.redacted} redacted` : ''}. Head ${verdict.head}\n`,
      );
    else stdout.write(`✕ ${verdict.title}: event ${verdict.seq} does not fit: ${verdict.why}.\n`);
    return verdict.valid ? 0 : 1;
  },
};
