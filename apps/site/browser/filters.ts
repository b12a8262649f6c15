import { announce } from './announce.ts';
import { putInPlace } from './in-place.ts';

/** Filters answer in place: the page behind the link is fetched and its main part put in; without a script the link leads there. */
export function watchFilters(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>('a[data-enhance="filter"]');
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void show(link.href, link.textContent?.replace('✓', '').trim()).then((shown) => {
      if (shown) history.pushState({ inPlace: true }, '', link.href);
    });
  });
  window.addEventListener('popstate', () => void show(location.href));
}

/** @returns whether the page was put in; one that was overtaken by a later choice is not. */
async function show(address: string, chosen?: string): Promise<boolean> {
  try {
    const main = await putInPlace(address);
    if (!main) return false;
    if (chosen) {
      const again = [...main.querySelectorAll<HTMLElement>('a[data-enhance="filter"]')];
      again.find((link) => link.textContent?.replace('✓', '').trim() === chosen)?.focus();
    }
    const papers = main.querySelectorAll('[data-paper]').length;
    announce(papers === 1 ? 'One paper is shown.' : `${papers} papers are shown.`);
    return true;
  } catch {
    // The browser's own way of opening a page also says best what went wrong with it.
    location.assign(address);
    return false;
  }
}
