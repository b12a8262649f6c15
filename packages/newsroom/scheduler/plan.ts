import type { Source } from '../sources/index.ts';

/**
 * Which sources are to be asked now, in their order: those never asked, those whose time has come, and those whose time
 * lies so far ahead that the clock must have been set back since.
 */
export function dueSources(sources: Source[], nextAt: Map<string, number | null>, now: number, zone: string): Source[] {
  return sources.filter((source) => {
    if (source.isDue && !source.isDue(now, zone)) return false;
    const next = nextAt.get(source.id);
    if (next === undefined || next === null || next <= now) return true;
    return next > now + FARTHEST_MS;
  });
}

/** No source is ever put off for longer than a day and a half. */
const FARTHEST_MS = 36 * 3_600_000;
