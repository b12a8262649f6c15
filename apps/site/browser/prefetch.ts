/** Fetches a page of this site as soon as a reader points at its link, so that it is there when it is opened. */
export function watchIntent(): void {
  const connection = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection;
  if (connection?.saveData) return;
  const seen = new Set([location.href]);
  const fetchAhead = (event: Event) => {
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>('a[href^="/"]');
    if (!link || link.hasAttribute('download') || link.hasAttribute('data-no-prefetch') || seen.has(link.href)) return;
    seen.add(link.href);
    const hint = document.createElement('link');
    hint.rel = 'prefetch';
    hint.href = link.href;
    document.head.append(hint);
  };
  for (const kind of ['mouseover', 'focusin', 'touchstart'])
    document.addEventListener(kind, fetchAhead, { passive: true });
}
