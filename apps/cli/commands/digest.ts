import {
  draftIssue,
  endedPeriod,
  findIssue,
  issueBodies,
  issueDeliveries,
  PACES,
  planDigests,
  readership,
  renderIssue,
  subscribableFeed,
  troubledLetters,
  unaddressed,
} from '@broadsheet/newsroom/digest';
import { mailStatus, parseAddress, postLetter, sendOutbox } from '@broadsheet/newsroom/mail';
import { type Command, type CommandContext, Misuse } from '../command.ts';

export const command: Command = {
  name: 'digest',
  summary: 'Shows the next issue, sends what is due, says how mail does.',
  usage: 'preview|send|status',
  options: {
    feed: { type: 'string' },
    pace: { type: 'string' },
    html: { type: 'boolean' },
    to: { type: 'string' },
  },
  async run(context) {
    const [what, ...more] = context.args;
    if (more.length > 0) throw new Misuse(`digest ${what} takes options only, not "${more[0]}".`);
    if (what === 'preview') return preview(context);
    if (what === 'send') return context.flags.to === undefined ? send(context) : sendTo(context);
    if (what === 'status') return status(context);
    throw new Misuse('digest is followed by preview, send or status.');
  },
};

/** Writes the issue that would be made now; stores and sends nothing. */
async function preview(context: CommandContext): Promise<number> {
  const { stdout, stderr, flags } = context;
  const issue = await nextIssue(context);
  if (!issue) {
    stderr.write('Nothing new: no mail would be sent.\n');
    return 0;
  }
  if (flags.json) stdout.write(`${JSON.stringify(issue.content)}\n`);
  else stdout.write(flags.html ? issue.rendered.html : `Subject: ${issue.rendered.subject}\n\n${issue.rendered.text}`);
  return 0;
}

/** Sends the next issue to one address, marked as a trial; it counts as no issue. */
async function sendTo(context: CommandContext): Promise<number> {
  const { host, flags, stdout, stderr } = context;
  const to = parseAddress(String(flags.to));
  if (!to) throw new Misuse(`--to is "${flags.to}"; expected an address such as name@example.org.`);
  const issue = await nextIssue(context);
  if (!issue) {
    stderr.write('Nothing new: there is no issue to try.\n');
    return 0;
  }
  const { subject, text, html } = issue.rendered;
  const now = host.now();
  await postLetter(
    host.database.db,
    { kind: 'trial', to, subject: `[trial] ${subject}`, text, html, key: `trial ${to} ${now}` },
    now,
  );
  await deliver(context);
  stdout.write(`A trial of this issue is on its way to ${to}; \`broadsheet digest status\` says whether it left.\n`);
  return 0;
}

async function send(context: CommandContext): Promise<number> {
  const { host, stdout, flags, signal } = context;
  const planned = await planDigests(host, { signal });
  const sent = await deliver(context);
  const { letters } = await mailStatus(host);
  if (flags.json) stdout.write(`${JSON.stringify({ planned, sent: sent ?? null, letters })}\n`);
  else {
    stdout.write(`${planned} letters were due; `);
    stdout.write(
      sent === undefined
        ? 'a running site has the outbox and sends them.\n'
        : `${sent} were sent, ${letters.queued} wait, ${letters.unknown} are unknown.\n`,
    );
  }
  return 0;
}

/** @returns undefined when a running `serve` or `worker` sends. */
function deliver({ host, signal }: CommandContext): Promise<number | undefined> {
  return sendOutbox(host, { signal, bodiesOf: issueBodies(host) });
}

async function status({ host, stdout, flags }: CommandContext): Promise<number> {
  const [mail, readers, issues, unknown] = await Promise.all([
    mailStatus(host),
    readership(host),
    issueDeliveries(host, 5),
    troubledLetters(host, { state: 'unknown', limit: 1_000 }),
  ]);
  if (flags.json) {
    stdout.write(`${JSON.stringify({ mail, readers, issues, unknown })}\n`);
    return mail.trouble ? 1 : 0;
  }
  const { letters, trouble } = mail;
  const moment = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  stdout.write(`Mail leaves as ${mail.transport}.\n`);
  if (trouble) stdout.write(`✕ Since ${moment(trouble.since)} it does not: ${trouble.error}\n`);
  stdout.write(
    `Letters: ${letters.queued} wait, ${letters.sending} in hand, ${letters.sent} sent, ${letters.failed} failed, ${letters.unknown} unknown.\n`,
  );
  stdout.write(
    `Subscribers: ${readers.active} (${readers.paused} paused), ${readers.asked} not confirmed, ${readers.left} left, ${readers.stopped} stopped.\n`,
  );
  if (readers.nextAt) stdout.write(`The next hour comes ${moment(readers.nextAt)} UTC.\n`);
  for (const issue of issues)
    stdout.write(
      `  ${issue.slug}  ${issue.feedTitle}: ${issue.letters.sent} sent, ${issue.letters.queued} wait, ${issue.letters.failed} failed, ${issue.letters.unknown} unknown, ${issue.bounced} came back\n`,
    );
  for (const letter of unknown) stdout.write(`  unknown: letter ${letter.id} to ${letter.to}: ${letter.error}\n`);
  return trouble ? 1 : 0;
}

async function nextIssue({ host, flags }: CommandContext) {
  const pace = PACES.find((one) => one === (flags.pace ?? 'daily'));
  if (!pace) throw new Misuse(`--pace is "${flags.pace}"; send daily, weekly or monthly.`);
  const feed = subscribableFeed(String(flags.feed ?? '/'));
  if ('refused' in feed) throw new Misuse(`--feed is "${flags.feed}": ${feed.refused}`);
  const period = endedPeriod(pace, host.now(), host.settings.zone);
  const frozen = feed.address === '/' ? await findIssue(host.database.db, period.key) : undefined;
  const content = frozen?.content ?? (await draftIssue(host, feed.address, pace, period))?.content;
  return content && { content, rendered: unaddressed(renderIssue(content, host.settings, period.key), host.settings) };
}
