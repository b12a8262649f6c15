import { announce } from './announce.ts';

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

let latest = 0;

/** @returns whether the page was put in; one that was overtaken by a later choice is not. */
async function show(address: string, chosen?: string): Promise<boolean> {
  const turn = ++latest;
  const main = document.getElementById('main');
  main?.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(address, { headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const fresh = page.getElementById('main');
    if (!response.ok || !main || !fresh) throw new Error(`${address} answered ${response.status}`);
    if (turn !== latest) return false;
    main.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    if (chosen) {
      const again = [...main.querySelectorAll<HTMLElement>('a[data-enhance="filter"]')];
      again.find((link) => link.textContent?.replace('✓', '').trim() === chosen)?.focus();
    }
    const papers = main.querySelectorAll('[data-paper]').length;
    announce(papers === 1 ? 'One paper is shown.' : `${papers} papers are shown.`);
    return true;
  } catch {
    // The browser's own way of opening a page also says best what went wrong with it.
    if (turn === latest) location.assign(address);
    return false;
  } finally {
    main?.removeAttribute('aria-busy');
  }
}
