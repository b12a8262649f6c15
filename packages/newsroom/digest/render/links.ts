/** The places of a rendered issue that differ from reader to reader; filled in at sending. */
export const LEAVE = '%%leave%%';
export const PREFERENCES = '%%preferences%%';

/** What every rendering needs besides the content. */
export interface Frame {
  siteName: string;
  /** Public address without a trailing slash. */
  address: string;
  /** Path of the page. */
  path: string;
}

/** '31 papers' */
export function papersCount(n: number): string {
  return `${n.toLocaleString('en')} ${n === 1 ? 'paper' : 'papers'}`;
}

/** 'And 6 more papers' */
export function morePapers(n: number): string {
  return `And ${n.toLocaleString('en')} more ${n === 1 ? 'paper' : 'papers'}`;
}

/** 'Ada Löwe, Bo Chen, Chinwe Obi and 16 others' */
export function byline({ authors, authorCount }: { authors: string[]; authorCount: number }): string {
  const others = authorCount - authors.length;
  if (others > 0) return `${authors.join(', ')} and ${others} ${others === 1 ? 'other' : 'others'}`;
  return authors.length > 1 ? `${authors.slice(0, -1).join(', ')} and ${authors.at(-1)}` : (authors[0] ?? '');
}
