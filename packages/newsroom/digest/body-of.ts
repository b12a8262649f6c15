import type { Host } from '../host/index.ts';
import { marksOf, proposedBefore } from '../library/index.ts';
import type { BodiesOf, LetterBody } from '../mail/index.ts';
import { type Issue, issueById } from './issue.ts';
import { type Addressee, letterWriter, renderIssue } from './render/index.ts';

/** Rendered issues kept while they are being sent: an evening's paces and feeds. */
const KEPT = 20;

/** An issue that is being sent, and how the letters of those who get all of it are written. */
interface Sending {
  issue: Issue;
  write: (reader: Addressee) => LetterBody;
}

/** To whom a letter goes; `onceFor` is the account of the same address, where it wants each paper proposed once. */
interface Wanted extends Addressee {
  onceFor?: { id: number; email: string };
}

/**
 * Writes the letters of issues when they are about to be sent: the issue is rendered once, each reader's links are filled
 * in. Whoever has left or paused in the meantime gets none; that is looked up for some dozens of letters at once.
 */
export function issueBodies(host: Host): BodiesOf {
  const kept = new Map<number, Promise<Sending>>();
  const sending = (id: number) => {
    const known = kept.get(id) ?? load(host, id);
    kept.set(id, known);
    known.catch(() => kept.delete(id));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as number);
    return known;
  };
  return async (letters) => {
    const readers = await addressees(
      host,
      letters.map((letter) => letter.subscription_id).filter((id) => id !== null),
    );
    return async (letter) => {
      const reader = readers.get(letter.subscription_id ?? -1);
      if (!reader || letter.issue_id === null) return undefined;
      const { issue, write } = await sending(letter.issue_id);
      if (!reader.onceFor) return write(reader);
      return narrowed(host, issue, reader, reader.onceFor, write);
    };
  };
}

/** By subscription: to whom its letters go, where they are wanted. */
async function addressees(host: Host, subscriptionIds: number[]): Promise<Map<number, Wanted>> {
  if (subscriptionIds.length === 0) return new Map();
  const rows = await host.database.db
    .selectFrom('subscription as s')
    .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
    .leftJoin('reader as r', (join) => join.onRef('r.email', '=', 'u.address').on('r.deleted_at', 'is', null))
    .leftJoin('proposed_once as o', 'o.reader_id', 'r.id')
    .select(['s.id', 's.subscriber_id', 'u.link_epoch', 'u.address', 'o.reader_id'])
    .where('s.id', 'in', subscriptionIds)
    .where('s.left_at', 'is', null)
    .where('u.state', '=', 'active')
    .where('u.paused_at', 'is', null)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...{ subscriberId: row.subscriber_id, subscriptionId: row.id, linkEpoch: row.link_epoch },
        onceFor: row.reader_id === null ? undefined : { id: row.reader_id, email: row.address },
      },
    ]),
  );
}

/**
 * The letter without the papers that its reader was shown before, here or by another letter, or does not want; undefined
 * where none is left. The issue itself stays what was frozen, and the letter says where all of it is.
 */
async function narrowed(
  host: Host,
  issue: Issue,
  to: Addressee,
  reader: { id: number; email: string },
  writeAll: Sending['write'],
): Promise<LetterBody | undefined> {
  const { db } = host.database;
  const { content } = issue;
  const ids = content.papers.map((paper) => paper.id);
  const before = await proposedBefore(db, reader, ids, { now: host.now(), exceptIssue: issue.id, sittingMs: 0 });
  const { hidden } = await marksOf(db, reader.id, ids);
  const papers = content.papers.filter((paper) => !before.has(paper.id) && !hidden.has(paper.id));
  const leftOut = content.papers.length - papers.length;
  if (leftOut === 0) return writeAll(to);
  if (papers.length === 0) return undefined;
  const said = `Without ${leftOut} ${leftOut === 1 ? 'paper' : 'papers'} that you were shown before or do not want; on the web the issue has all of them.`;
  const own = { ...content, papers, notice: [content.notice, said].filter(Boolean).join(' ') };
  return letterWriter(renderIssue(own, host.settings, issue.slug), host.settings, issue)(to);
}

async function load(host: Host, id: number): Promise<Sending> {
  const issue = await issueById(host.database.db, id);
  if (!issue) throw new Error(`digest: issue ${id} is gone, but letters of it wait.`);
  const write = letterWriter(renderIssue(issue.content, host.settings, issue.slug), host.settings, issue);
  return { issue, write };
}
