import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { isOn, pullSource, sources } from '@broadsheet/newsroom/sources';
import { type Command, Misuse } from '../command.ts';

export const command: Command = {
  name: 'pull',
  summary: 'Asks the sources now; without names, every one that is switched on.',
  usage: '[SOURCE…]',
  async run({ host, args, flags, stdout, stderr, isTerminal, signal }) {
    const unknown = args.find((id) => !sources.some((source) => source.id === id));
    if (unknown)
      throw new Misuse(`There is no source "${unknown}"; there are ${sources.map((source) => source.id).join(', ')}.`);
    const chosen = sources.filter((source) => (args.length > 0 ? args.includes(source.id) : isOn(host, source.id)));
    if (chosen.length === 0)
      throw new Misuse(
        'No source is switched on (BROADSHEET_PULL, BROADSHEET_SOURCES); name one to ask it all the same.',
      );
    let failures = 0;
    for (const source of chosen) {
      const report = await pullSource(host, source, {
        signal,
        onProgress: ({ read }) => isTerminal && stderr.write(`\r${source.id}: ${read} records`),
      });
      if (isTerminal) stderr.write('\n');
      if (report.error) failures += 1;
      if (flags.json) stdout.write(`${JSON.stringify(report)}\n`);
      else
        stdout.write(
          `${source.id}: ${report.read} read, ${report.created} new, ${report.updated} changed${report.error ? `\n  ${report.error}` : ''}\n`,
        );
      if (signal.aborted) break;
    }
    await closeDueEditions(host);
    return failures > 0 ? 1 : 0;
  },
};
