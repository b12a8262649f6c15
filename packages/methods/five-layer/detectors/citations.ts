import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';

/** A source that the model named, and what the store holds under that id. */
export interface Citation {
  /** As it was written: an arXiv id, a DOI, or the id of an evidence item. */
  readonly id: string;
  readonly title?: string;
  /** Title in the store; null where the store does not hold the id. */
  readonly storedTitle: string | null;
}
/**
 * resolved: the id is in the store, and the title agrees; unknown: not in the store, which proves nothing;
 * contradicted: the id belongs to another title, or cannot be an id.
 */
export type CitationState = 'resolved' | 'unknown' | 'contradicted';

const ARXIV_ID = /^(?:arxiv:)?(?:\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v[1-9]\d*)?$/u;
const DOI = /^(?:doi:|https?:\/\/doi\.org\/)?10\.\d{4,9}\/\S+$/iu;
const EVIDENCE_ID = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/u;

export function resolveCitation(citation: Citation, { citations: t }: Thresholds): CitationState {
  const id = citation.id.trim();
  if (!ARXIV_ID.test(id) && !DOI.test(id) && !EVIDENCE_ID.test(id)) return 'contradicted';
  if (citation.storedTitle === null) return 'unknown';
  if (citation.title === undefined) return 'resolved';
  return titleOverlap(citation.title, citation.storedTitle) >= t.titleOverlap ? 'resolved' : 'contradicted';
}

/** Jaccard similarity of the words of two titles, 0 to 1. */
export function titleOverlap(a: string, b: string): number {
  const [left, right] = [words(a), words(b)];
  const shared = [...left].filter((word) => right.has(word)).length;
  const all = new Set([...left, ...right]).size;
  return all === 0 ? 1 : shared / all;
}

/** D2a: every cited id against the store; no call to a model. An empty store makes citations unknown, not fabricated. */
export function checkCitations(citations: readonly Citation[], thresholds: Thresholds): Check {
  if (citations.length === 0) return skipped(3, 'citations', 'It has cited nothing yet.');
  const states = citations.map((citation) => resolveCitation(citation, thresholds));
  const contradicted = citations.filter((_, index) => states[index] === 'contradicted');
  const unknown = states.filter((state) => state === 'unknown').length;
  return {
    layer: 3,
    detector: 'citations',
    result: contradicted.length > 0 ? 'red' : unknown > 0 ? 'amber' : 'pass',
    statistic: contradicted.length,
    threshold: 1,
    n: citations.length,
    detail:
      contradicted.length > 0
        ? `"${contradicted[0].id}" is not what it says it is.`
        : unknown > 0
          ? `${unknown} of ${citations.length} sources are not in the store, so nothing is known of them.`
          : 'Every source that it cites is in the store under that title.',
  };
}

function words(text: string): Set<string> {
  return new Set(
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
}
