import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { importFiles } from '@broadsheet/newsroom/exchange';
import { type Command, Misuse } from '../command.ts';

/** How many faults are shown one by one. */
const SHOWN_FAULTS = 20;

export const command: Command = {
  name: 'import',
  summary: 'Reads papers from files: NDJSON, JSON arrays, arXiv Atom, OAI-PMH XML; also gzipped.',
  usage: 'FILE…',
  async run({ host, args, flags, stdout, stderr, isTerminal, signal }) {
    if (args.length === 0) throw new Misuse('import needs at least one file.');
    const report = await importFiles(host, args, {
      signal,
      onProgress: ({ read }, file) => isTerminal && stderr.write(`\r${file}: ${read.toLocaleString('en')} papers`),
    });
    if (isTerminal) stderr.write('\n');
    await closeDueEditions(host);
    if (flags.json) stdout.write(`${JSON.stringify(report)}\n`);
    else {
      for (const { file, line, reason } of report.faults.slice(0, SHOWN_FAULTS))
        stderr.write(`${file}:${line} ${reason}; skipped\n`);
      if (report.faults.length > SHOWN_FAULTS) stderr.write(`… and ${report.faults.length - SHOWN_FAULTS} more\n`);
      stdout.write(
        `${report.read} read: ${report.created} new, ${report.updated} changed, ${report.unchanged} known, ${report.faults.length} skipped\n`,
      );
    }
    return report.faults.length > 0 ? 1 : 0;
  },
};
