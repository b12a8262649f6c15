import { announce } from './announce.ts';
import { putInPlace } from './in-place.ts';
import { askOffline, isUnreachable, showOffline } from './offline.ts';
import { forgetSearches, recentSearches, rememberSearch } from './recent-searches.ts';
import { type Suggestion, SuggestionList } from './suggestions.ts';

/** Long enough that a quick typist is not answered after every letter. */
const PAUSE_MS = 120;
const SUGGESTED = 6;

/** Answers while someone types: on the page of a search in place, on any other with suggestions under the field. */
export function watchSearch(): void {
  const field = document.getElementById('search') as HTMLInputElement | null;
  const form = field?.form;
  if (!field || !form) return;
  rememberSearch(askedOn(location.href));
  const list = new SuggestionList(field, form);
  let timer = 0;
  let asking: AbortController | undefined;
  const answer = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const text = field.value.trim();
    if (text === '') list.show(recents(list));
    else if (isSearchPage()) await inPlace(text, list);
    else list.show([...(await suggestions(text, signal)), allOf(text)].filter(() => !signal.aborted));
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      void answer().catch((error) => (isUnreachable(error) ? withoutSite(field.value.trim(), list) : list.hide()));
    }, PAUSE_MS);
  });
  field.addEventListener('focus', () => {
    if (field.value.trim() === '') list.show(recents(list));
  });
  form.addEventListener('submit', () => rememberSearch(field.value));
}

function isSearchPage(): boolean {
  return location.pathname === '/papers' && new URLSearchParams(location.search).has('q');
}

function askedOn(address: string): string {
  return isSearchPage() ? (new URL(address).searchParams.get('q') ?? '') : '';
}

/** The list of the page follows the field, and with it the address, so that it can be shared at any moment. */
async function inPlace(text: string, list: SuggestionList): Promise<void> {
  list.hide();
  const address = new URL(location.href);
  address.searchParams.set('q', text);
  address.searchParams.delete('cursor');
  const asked = new URL(address);
  asked.searchParams.set('typing', '1');
  const main = await putInPlace(asked.href);
  if (!main) return;
  history.replaceState({ inPlace: true }, '', address);
  announce(
    main.querySelector('h1 ~ p')?.textContent || `${main.querySelectorAll('[data-paper]').length} papers are shown.`,
  );
}

async function suggestions(text: string, signal: AbortSignal): Promise<Suggestion[]> {
  const asked = new URLSearchParams({ q: text, limit: String(SUGGESTED), typing: 'true' });
  const response = await fetch(`/api/papers/search?${asked}`, { signal });
  if (!response.ok) return [];
  const found: { paper: { id: string }; highlightedTitle: string }[] = await response.json();
  return found.map(({ paper, highlightedTitle }) => ({ address: `/papers/${paper.id}`, text: highlightedTitle }));
}

/** The site cannot be reached: the edition that is kept on this device answers. */
async function withoutSite(text: string, list: SuggestionList): Promise<void> {
  if (await showOffline(text, { typing: true })) {
    list.hide();
    if (isSearchPage()) history.replaceState({ inPlace: true }, '', `/papers?q=${encodeURIComponent(text)}`);
    return;
  }
  const answer = await askOffline(text, { typing: true });
  if (!answer) return list.hide();
  const found = answer.papers.slice(0, SUGGESTED).map(({ address, title }) => ({
    address,
    text: title.map((part) => (part.isHit ? `[[${part.text}]]` : part.text)).join(''),
  }));
  list.show([...found, { ...allOf(text), text: `In the edition on this device: “${text}”` }]);
}

function allOf(text: string): Suggestion {
  return { address: `/papers?q=${encodeURIComponent(text)}`, text: `All results for “${text}”`, isQuiet: true };
}

function recents(list: SuggestionList): Suggestion[] {
  const recent = recentSearches();
  if (recent.length === 0) return [];
  const forget = () => {
    forgetSearches();
    list.hide();
  };
  return [
    ...recent.map((text) => ({ address: `/papers?q=${encodeURIComponent(text)}`, text })),
    { text: 'Forget these searches', isQuiet: true, choose: forget },
  ];
}
