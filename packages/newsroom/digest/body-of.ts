import type { Host } from '../host/index.ts';
import type { BodiesOf, LetterBody } from '../mail/index.ts';
import { issueById } from './issue.ts';
import { type Addressee, letterWriter, renderIssue } from './render/index.ts';

/** Rendered issues kept while they are being sent: an evening's paces and feeds. */
const KEPT = 20;

type Writer = (reader: Addressee) => LetterBody;

/**
 * Writes the letters of issues when they are about to be sent: the issue is rendered once, each reader's links are filled
 * in. Whoever has left or paused in the meantime gets none; that is looked up for some dozens of letters at once.
 */
export function issueBodies(host: Host): BodiesOf {
  const kept = new Map<number, Promise<Writer>>();
  const writerOf = (id: number) => {
    const known = kept.get(id) ?? render(host, id);
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
      return (await writerOf(letter.issue_id))(reader);
    };
  };
}

/** By subscription: to whom its letters go, where they are wanted. */
async function addressees(host: Host, subscriptionIds: number[]): Promise<Map<number, Addressee>> {
  if (subscriptionIds.length === 0) return new Map();
  const rows = await host.database.db
    .selectFrom('subscription as s')
    .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
    .select(['s.id', 's.subscriber_id', 'u.link_epoch'])
    .where('s.id', 'in', subscriptionIds)
    .where('s.left_at', 'is', null)
    .where('u.state', '=', 'active')
    .where('u.paused_at', 'is', null)
    .execute();
  return new Map(
    rows.map(({ id, subscriber_id, link_epoch }) => [
      id,
      { subscriberId: subscriber_id, subscriptionId: id, linkEpoch: link_epoch },
    ]),
  );
}

async function render(host: Host, id: number): Promise<Writer> {
  const issue = await issueById(host.database.db, id);
  if (!issue) throw new Error(`digest: issue ${id} is gone, but letters of it wait.`);
  return letterWriter(renderIssue(issue.content, host.settings, issue.slug), host.settings, issue);
}
