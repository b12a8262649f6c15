import { askSubscription, listIssues, subscribableFeed } from '@broadsheet/newsroom/digest';
import type { FeedQuery } from '@broadsheet/newsroom/editions';
import { currentHost, type Host } from '@broadsheet/newsroom/host';
import { filedTopic } from '@broadsheet/newsroom/topics';
import { fail } from '@sveltejs/kit';
import { choices, field, tooManyTries } from '#lib/server/digest-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url }) => {
  const host = currentHost();
  const { database, settings, now } = host;
  const asked = url.searchParams.get('feed') ?? '/';
  const feed = subscribableFeed(asked);
  return {
    issues: await listIssues(database.db),
    now: now(),
    feed: 'address' in feed ? feed.address : '/',
    feeds: 'address' in feed ? await feedsWith(host, feed) : USUAL,
    refusedFeed: 'refused' in feed ? feed.refused : undefined,
    zone: settings.zone,
    hasServer: settings.mail.smtpUrl !== undefined,
    ...choices(),
  };
};

export const actions: Actions = {
  subscribe: async ({ request, getClientAddress }) => {
    const host = currentHost();
    const form = await request.formData();
    const client = getClientAddress();
    const given = {
      address: field(form, 'address').trim(),
      feed: field(form, 'feed') || '/',
      pace: field(form, 'pace') || 'daily',
      hour: Number(field(form, 'hour') || MORNING_HOUR),
      zone: field(form, 'zone') || host.settings.zone,
    };
    const wait = await tooManyTries(host, client);
    if (wait) return fail(429, { refused: wait, given });
    const refusal = await askSubscription(host, { ...given, source: `form at /digest from ${client}` });
    if (refusal) return fail(400, { refused: refusal.refused, given });
    return { asked: given.address };
  },
};

const MORNING_HOUR = 7;

const USUAL = [
  { address: '/', label: 'The papers of the day' },
  { address: '/papers/trending', label: 'Trending' },
];

/** The lists that the form offers, with the one that the reader came from. */
async function feedsWith(host: Host, { address, query }: { address: string; query: FeedQuery }) {
  if (USUAL.some((feed) => feed.address === address)) return USUAL;
  const { topic } = query.filters;
  const name = topic !== undefined && address === `/topics/${topic}` ? await filedTopic(host, topic) : undefined;
  return [...USUAL, { address, label: name ? `The topic ${name.name}` : address }];
}
