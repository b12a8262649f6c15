const KEY = 'recent-searches';
const KEPT = 8;

/** What this browser searched for last, newest first. Kept here alone; the site is not told. */
export function recentSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string').slice(0, KEPT) : [];
  } catch {
    // Storage is switched off, or something else wrote there.
    return [];
  }
}

export function rememberSearch(text: string): void {
  const asked = text.trim();
  if (asked === '') return;
  try {
    localStorage.setItem(KEY, JSON.stringify([asked, ...recentSearches().filter((t) => t !== asked)].slice(0, KEPT)));
  } catch {
    // Without storage nothing is remembered.
  }
}

export function forgetSearches(): void {
  localStorage.removeItem(KEY);
}
