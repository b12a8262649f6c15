import type { Source } from '../sources/index.ts';

/**
 * Which sources are to be asked now, in their order: those never asked, those whose time has come, and those whose time
 * lies so far ahead that the clock must have been set back since.
 */
export function dueSources(sources: Source[], nextAt: Map<string, number | null>, now: number): Source[] {
  return sources.filter((source) => {
    if (source.isDue && !source.isDue(now)) return false;
    const next = nextAt.get(source.id);
    if (next === undefined || next === null || next <= now) return true;
    return next > now + FARTHEST_MS;
  });
}

/** No source is ever put off for longer than a week-end and the longest pause after failures. */
const FARTHEST_MS = 96 * 3_600_000;
