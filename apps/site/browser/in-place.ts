let latest: AbortController | undefined;

/**
 * Fetches a page and puts its main part in the place of this page's. A later call cancels an earlier one.
 * @returns the new main part; undefined when it was overtaken
 * @throws when the page did not come
 */
export async function putInPlace(address: string): Promise<HTMLElement | undefined> {
  latest?.abort();
  const mine = new AbortController();
  latest = mine;
  const main = document.getElementById('main');
  main?.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(address, { headers: { accept: 'text/html' }, signal: mine.signal });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const fresh = page.getElementById('main');
    if (mine.signal.aborted) return undefined;
    if (!response.ok || !main || !fresh) throw new Error(`${address} answered ${response.status}`);
    main.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    return main;
  } catch (error) {
    if (mine.signal.aborted) return undefined;
    throw error;
  } finally {
    if (latest === mine) main?.removeAttribute('aria-busy');
  }
}
