import {
  askAddressChange,
  changePreferences,
  forgetAddress,
  holderOf,
  preferencesOf,
} from '@broadsheet/newsroom/digest';
import { currentHost } from '@broadsheet/newsroom/host';
import { error, fail } from '@sveltejs/kit';
import { choices, field, tooManyTries } from '#lib/server/digest-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, url, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  const preferences = await preferencesOf(currentHost(), params.token);
  if (!preferences) return { isGone: true as const };
  const { subscriber, subscriptions } = preferences;
  return {
    isGone: false as const,
    begun: url.searchParams.has('begun'),
    moved: url.searchParams.has('moved'),
    address: subscriber.address,
    hour: subscriber.hour,
    zone: subscriber.zone,
    isPaused: subscriber.paused_at !== null,
    isStopped: subscriber.state === 'stopped',
    subscriptions,
    ...choices(),
  };
};

export const actions: Actions = {
  save: async ({ params, request }) => {
    const form = await request.formData();
    const paces = Object.fromEntries(
      [...form.keys()]
        .filter((name) => /^pace-\d{1,15}$/.test(name))
        .map((name) => [Number(name.slice('pace-'.length)), field(form, name)]),
    );
    const feed = field(form, 'add').trim();
    const refusal = await changePreferences(currentHost(), params.token, {
      hour: Number(field(form, 'hour') || Number.NaN),
      zone: field(form, 'zone'),
      isPaused: form.has('paused'),
      paces,
      add: feed ? { feed: pathOf(feed), pace: field(form, 'add-pace') } : undefined,
    });
    return refusal ? fail(400, { refused: refusal.refused }) : { said: 'Saved.' };
  },
  address: async ({ params, request, getClientAddress }) => {
    const host = currentHost();
    const wait = await tooManyTries(host, getClientAddress());
    if (wait) return fail(429, { refused: wait });
    const to = field(await request.formData(), 'to');
    const refusal = await askAddressChange(host, params.token, to);
    return refusal
      ? fail(400, { refused: refusal.refused })
      : {
          said: `If ${to.trim()} can get mail, a letter is on its way there. Until its link is opened everything stays as it is.`,
        };
  },
  forget: async ({ params, request }) => {
    const host = currentHost();
    const subscriber = await holderOf(host, params.token);
    if (!subscriber) error(410, { message: 'This link is no longer good', detail: 'The newest mail has one that is.' });
    const form = await request.formData();
    await forgetAddress(host, subscriber.address, { never: form.has('never') });
    return { said: 'Everything about this address is deleted here.', isForgotten: true };
  },
};

/** People paste whole addresses. */
function pathOf(text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  return url.pathname + url.search;
}
