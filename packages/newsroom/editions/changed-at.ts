import type { Feed } from './types.ts';

/**
 * When the newest of what a feed shows came, was revised at its source, or was closed; undefined where it shows nothing.
 * @param now bounds what sources say: a revision that is dated tomorrow is no news from there
 */
export function changedAt({ entries, edition }: Pick<Feed, 'entries' | 'edition'>, now: number): number | undefined {
  const instants = entries.flatMap(({ arrivedAt, updatedAt = 0 }) => [arrivedAt, Math.min(updatedAt, now)]);
  if (instants.length === 0) return undefined;
  return Math.max(...instants, edition?.closedAt ?? 0);
}
