import { FacetCounts, type Facets } from './facets.ts';
import type { Segment } from './segment.ts';
import type { Found } from './top.ts';

/** Where papers are, by their ids; those that are not here are left out. */
export function placesOf(segments: readonly Segment[], ids: readonly number[]): Found[] {
  return ids.flatMap((id) => {
    for (const [place, segment] of segments.entries()) {
      const doc = segment.docOf(id);
      if (doc >= 0) return [{ segment: place, doc, points: 0 }];
    }
    return [];
  });
}

/** How many of some papers are what. */
export function facetsOf(
  segments: readonly Segment[],
  found: readonly Found[],
  groupOf?: (paperId: number) => number | undefined,
): Facets {
  const facets = new FacetCounts(groupOf);
  for (const f of found) facets.count(segments[f.segment], f.doc);
  return facets.result();
}

/** Puts papers into the order of the calendar, or of their votes. */
export function ordered(segments: readonly Segment[], found: Found[], sort: 'newest' | 'votes'): Found[] {
  const day = (f: Found) => segments[f.segment].s.days[f.doc];
  const votes = (f: Found) => segments[f.segment].s.votes[f.doc];
  const id = (f: Found) => segments[f.segment].s.ids[f.doc];
  return found.sort((a, b) => (sort === 'votes' ? votes(b) - votes(a) : 0) || day(b) - day(a) || id(b) - id(a));
}
