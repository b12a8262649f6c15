import type { Host } from '../host/index.ts';
import type { BodyOf } from '../mail/index.ts';
import { type Issue, issueById } from './issue.ts';
import { letterOf, type RenderedIssue, renderIssue } from './render/index.ts';

/** Rendered issues kept while they are being sent: an evening's paces and feeds. */
const KEPT = 20;

/**
 * Writes the letters of issues at the moment of sending: the issue is rendered once, each reader's links are filled in.
 * Whoever has left or paused in the meantime gets none.
 */
export function issueBodies(host: Host): BodyOf {
  const kept = new Map<number, Promise<{ issue: Issue; rendered: RenderedIssue }>>();
  const rendered = (id: number) => {
    const known = kept.get(id) ?? render(host, id);
    kept.set(id, known);
    known.catch(() => kept.delete(id));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as number);
    return known;
  };
  return async (letter) => {
    if (letter.issue_id === null || letter.subscription_id === null) return undefined;
    const reader = await host.database.db
      .selectFrom('subscription as s')
      .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
      .select(['s.id', 's.subscriber_id', 'u.link_epoch'])
      .where('s.id', '=', letter.subscription_id)
      .where('s.left_at', 'is', null)
      .where('u.state', '=', 'active')
      .where('u.paused_at', 'is', null)
      .executeTakeFirst();
    if (!reader) return undefined;
    const { issue, rendered: common } = await rendered(letter.issue_id);
    return letterOf(common, host.settings, issue, {
      subscriberId: reader.subscriber_id,
      subscriptionId: reader.id,
      linkEpoch: reader.link_epoch,
    });
  };
}

async function render(host: Host, id: number) {
  const issue = await issueById(host.database.db, id);
  if (!issue) throw new Error(`digest: issue ${id} is gone, but letters of it wait.`);
  return { issue, rendered: renderIssue(issue.content, host.settings, issue.slug) };
}
