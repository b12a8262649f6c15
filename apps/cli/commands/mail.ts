import { issueBodies, settleLetter } from '@broadsheet/newsroom/digest';
import { ensureDkimKey, mailStatus, parseAddress, postLetter, sendOutbox, takeBounce } from '@broadsheet/newsroom/mail';
import { type Command, type CommandContext, Misuse } from '../command.ts';

/** A report returns at most the letter, and ours are small. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export const command: Command = {
  name: 'mail',
  summary: 'Takes in bounces from standard input, sends a test, makes the DKIM key, settles unknown letters.',
  usage: 'bounce|test ADDRESS|dkim|settle LETTER',
  options: { to: { type: 'string' }, again: { type: 'boolean' }, arrived: { type: 'boolean' } },
  async run(context) {
    const [what, argument] = context.args;
    if (what === 'bounce') return bounce(context);
    if (what === 'test') return test(context, argument);
    if (what === 'dkim') return dkim(context);
    if (what === 'settle') return settle(context, argument);
    throw new Misuse('mail is followed by bounce, test, dkim or settle.');
  },
};

/** For an alias such as `bounce: "|broadsheet mail bounce --to $RECIPIENT"`. A message that says nothing is no failure: mail servers would send it back. */
async function bounce({ host, flags, stdout }: CommandContext): Promise<number> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_MESSAGE_BYTES) break;
    chunks.push(chunk as Buffer);
  }
  if (bytes === 0) throw new Misuse('mail bounce reads a message from standard input, which was empty.');
  const outcome = await takeBounce(host, Buffer.concat(chunks).toString('latin1'), {
    deliveredTo: String(flags.to ?? ''),
  });
  if (flags.json) stdout.write(`${JSON.stringify(outcome)}\n`);
  else if (outcome.kind === 'nothing') stdout.write(`Nothing to do: ${outcome.said}\n`);
  else if (outcome.letter === undefined) stdout.write('Nothing was done: it names no letter of this site.\n');
  else
    stdout.write(
      `Letter ${outcome.letter}: ${outcome.said}. ${outcome.isStopped ? 'Its address is left alone from now on.' : 'Its address is tried again.'}\n`,
    );
  return 0;
}

async function test({ host, stdout, signal }: CommandContext, argument: string | undefined): Promise<number> {
  const to = parseAddress(argument ?? '');
  if (!to) throw new Misuse(`mail test needs an address such as name@example.org, not "${argument ?? ''}".`);
  const now = host.now();
  const { siteName } = host.settings;
  const letter = {
    kind: 'test',
    to,
    subject: `A test from ${siteName}`,
    text: `Mail from ${siteName} works.\n`,
    key: `test ${to} ${now}`,
  };
  await postLetter(host.database.db, letter, now);
  const sent = await sendOutbox(host, { signal, bodiesOf: issueBodies(host) });
  const row = await host.database.db
    .selectFrom('letter')
    .select(['state', 'last_error'])
    .where('key', '=', letter.key)
    .executeTakeFirstOrThrow();
  const { transport } = await mailStatus(host);
  if (sent === undefined)
    stdout.write(`A running site sends it over ${transport}; see \`broadsheet digest status\`.\n`);
  else stdout.write(row.state === 'sent' ? `✓ taken by ${transport}\n` : `✕ ${transport}: ${row.last_error}\n`);
  return sent === undefined || row.state === 'sent' ? 0 : 1;
}

async function dkim({ host, flags, stdout }: CommandContext): Promise<number> {
  const { file, isNew, record } = ensureDkimKey(host.settings);
  if (flags.json) stdout.write(`${JSON.stringify({ file, isNew, record })}\n`);
  else {
    stdout.write(
      `${isNew ? 'Made' : 'Found'} ${file}. Put this TXT record into the DNS:\n\n${record.name}\n  ${record.value}\n`,
    );
    if (!host.settings.mail.dkim) stdout.write('\nThen set BROADSHEET_DKIM_SELECTOR=papers, and letters are signed.\n');
  }
  return 0;
}

async function settle({ host, flags, stdout }: CommandContext, argument: string | undefined): Promise<number> {
  const id = Number(argument);
  if (!Number.isInteger(id) || flags.again === flags.arrived) {
    throw new Misuse('mail settle needs the number of an unknown letter, and --arrived or --again.');
  }
  const decision = flags.again ? 'again' : 'arrived';
  const done = await settleLetter(host, id, decision);
  stdout.write(
    done
      ? `Letter ${id}: ${decision === 'again' ? 'goes out again' : 'counts as sent'}.\n`
      : `There is no unknown letter ${id}.\n`,
  );
  return done ? 0 : 1;
}
