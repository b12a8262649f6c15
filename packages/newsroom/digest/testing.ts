import type { TestSite } from '../editions/testing.ts';
import { sendOutbox } from '../mail/index.ts';
import { startSink } from '../mail/testing/sink.ts';
import { askSubscription, confirmSubscription, issueBodies, planDigests, type SubscribeRequest } from './index.ts';

/** A request as a form would send it. */
export function request(address: string, changes: Partial<SubscribeRequest> = {}): SubscribeRequest {
  return { address, feed: '/', pace: 'daily', hour: 7, zone: 'America/New_York', source: 'test', ...changes };
}

/** The link of a path in the newest letter to an address that waits in the outbox. */
export async function linkIn(site: TestSite, address: string, path: string): Promise<string> {
  const letter = await site.database.db
    .selectFrom('letter')
    .select('body_json')
    .where('to_address', '=', address)
    .where('body_json', 'is not', null)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  const token = new RegExp(`/digest/${path}/([\\w.-]+)`).exec(JSON.parse(letter.body_json as string).text);
  if (!token) throw new Error(`no /digest/${path}/ in the letter to ${address}`);
  return token[1];
}

/** Subscribes an address as its owner would: asks, reads the letter, confirms. Returns the token of its preferences. */
export async function subscribed(
  site: TestSite,
  address: string,
  changes: Partial<SubscribeRequest> = {},
): Promise<string> {
  const refused = await askSubscription(site, request(address, changes));
  if (refused) throw new Error(refused.refused);
  const begun = await confirmSubscription(site, await linkIn(site, address, 'confirm'));
  if (!begun) throw new Error(`${address}: the link was not good`);
  await site.database.db.deleteFrom('letter').where('to_address', '=', address).execute();
  return begun.preferences;
}

/** Plans what is due and sends it to a sink of its own; returns what arrived. */
export async function delivered(site: TestSite) {
  const sink = await startSink();
  const host = { ...site, settings: { ...site.settings, mail: { ...site.settings.mail, smtpUrl: sink.url } } };
  await planDigests(host);
  await sendOutbox(host, { signal: new AbortController().signal, bodiesOf: issueBodies(host) });
  await sink.stop();
  return sink.received;
}
