/**
 * What a source or an import file says of one paper. Everything but the title and one identifier may be missing;
 * a missing field never erases what another source said.
 */
export interface PaperRecord {
  /** Who says it: a source's id ('arxiv-rss', 'huggingface', …) or 'import'. */
  source: string;
  title: string;
  /** Without version, in its canonical form: '2410.06535' or 'math/0611800'. */
  arxivId?: string;
  doi?: string;
  openreviewId?: string;
  /** The arXiv version that this record describes. */
  version?: number;
  abstract?: string;
  authors?: string[];
  categories?: string[];
  primaryCategory?: string;
  keywords?: string[];
  comment?: string;
  journalRef?: string;
  venue?: string;
  /** Licence URL. */
  license?: string;
  /** A one-line summary; `by` attributes it (a model's or a source's name). */
  summary?: { text: string; by?: string };
  /** 'owner/name' on GitHub. */
  repository?: string;
  projectUrl?: string;
  organization?: string;
  /** First version's instant, and this version's. */
  publishedAt?: number;
  updatedAt?: number;
  /** The day on which it was announced. */
  listedOn?: string;
  withdrawn?: { at?: number; reason?: string };
  versions?: { version: number; submittedAt?: number; size?: string; comment?: string; isWithdrawal?: boolean }[];
  /** Puts the paper into the edition of `day`. */
  feature?: {
    day: string;
    by: 'source' | 'editor' | 'site' | 'edition-zero';
    source?: string;
    /** Where the editors put it first in its edition: as which. */
    place?: number;
  };
  /** What was counted; our own readers' votes are never in here. */
  counts?: SourceCounts[];
  /** The method of the experiment that runs in its page. */
  experiment?: string;
}

/** What one source counted, as of one time. */
export interface SourceCounts {
  /** By whom, where that is not the record's own source. */
  source?: string;
  votes?: number;
  comments?: number;
  /** Of the paper's repository. */
  stars?: number;
  asOf: number;
}

/** How a batch of records changed the store. */
export interface MergeReport {
  created: number;
  updated: number;
  unchanged: number;
  /** Records refused, with the reason; nothing of them was stored. */
  refused: { record: PaperRecord; reason: string }[];
}
