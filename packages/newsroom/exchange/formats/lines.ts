import { z } from 'zod';
import { instantOf } from '../../papers/instant.ts';
import type { PaperRecord, SourceCounts } from '../../papers/record.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** Optional anywhere, and null where a writer means "none". */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const version = z.object({
  version: z.number().int().positive(),
  submittedAt: maybe(z.number()),
  size: maybe(z.string()),
  comment: maybe(z.string()),
  isWithdrawal: maybe(z.boolean()),
});

const counted = z.object({
  source: z.string(),
  votes: maybe(z.number().int().nonnegative()),
  comments: maybe(z.number().int().nonnegative()),
  asOf: z.number(),
});

/** One line of our NDJSON: the fields that exports and published collections of daily papers share. */
const line = z.object({
  id: maybe(z.string()),
  doi: maybe(z.string()),
  openreview: maybe(z.string()),
  day: maybe(day),
  featured: maybe(z.boolean()),
  title: z.string().min(1).max(2_000),
  abstract: maybe(z.string().max(50_000)),
  authors: maybe(z.array(z.string()).max(10_000)),
  categories: maybe(z.array(z.string()).max(100)),
  keywords: maybe(z.array(z.string().max(200)).max(100)),
  published: maybe(z.string()),
  updated: maybe(z.string()),
  upvotes: maybe(z.number().int().nonnegative()),
  comments: maybe(z.number().int().nonnegative()),
  comment: maybe(z.string().max(10_000)),
  github: maybe(z.string()),
  stars: maybe(z.number().int().nonnegative()),
  project: maybe(z.string()),
  organization: maybe(z.string()),
  venue: maybe(z.string()),
  license: maybe(z.string()),
  version: maybe(z.number().int().positive()),
  summary: maybe(z.object({ text: z.string(), by: z.string().optional() })),
  experiment: maybe(z.string()),
  journalRef: maybe(z.string()),
  listed: maybe(day),
  withdrawn: maybe(z.object({ at: maybe(z.number()), reason: maybe(z.string()) })),
  versions: maybe(z.array(version)),
  feature: maybe(
    z.object({
      day,
      by: z.enum(['source', 'editor', 'site', 'edition-zero']),
      source: z.string(),
      place: maybe(z.number().int().min(1).max(10_000)),
    }),
  ),
  counted: maybe(z.array(counted)),
});

/** arXiv's own categories; some collections mix subject classes of other schemes (MSC, ACM) into the list. */
const CATEGORY = /^[a-z]+(-[a-z]+)*(\.[A-Za-z-]+)?$/;

/** Collections of featured papers carry the counts of the list they were taken from. */
const COUNTED_BY = 'huggingface';

/**
 * Reads one NDJSON object as a record. A line with counts, or marked `featured`, was featured on its day; one without
 * only says when it was listed.
 * @throws z.ZodError when the object has another shape.
 */
export function recordOfLine(value: unknown): PaperRecord {
  const l = line.parse(value);
  const isFeatured = l.featured ?? l.upvotes !== undefined;
  return {
    source: isFeatured ? COUNTED_BY : 'import',
    title: l.title,
    arxivId: l.id,
    doi: l.doi,
    openreviewId: l.openreview,
    version: l.version,
    abstract: l.abstract,
    // A "name" of five hundred letters is a whole list in the wrong place.
    authors: l.authors?.filter((name) => name.length <= 500),
    categories: l.categories?.filter((name) => CATEGORY.test(name)),
    keywords: l.keywords,
    comment: l.comment,
    venue: l.venue,
    license: l.license,
    summary: l.summary,
    repository: repositoryName(l.github),
    projectUrl: webAddress(l.project),
    organization: l.organization,
    publishedAt: instantOf(l.published),
    updatedAt: instantOf(l.updated),
    listedOn: l.listed ?? l.day,
    journalRef: l.journalRef,
    withdrawn: l.withdrawn,
    versions: l.versions,
    experiment: l.experiment,
    feature: l.feature ?? (isFeatured && l.day ? { day: l.day, by: 'source' } : undefined),
    counts: l.counted || l.stars !== undefined || l.upvotes !== undefined ? countsOf(l) : undefined,
  };
}

/** Counts told apart by source, as exports have them; or the ones that a published list was taken with. */
function countsOf(l: z.output<typeof line>): SourceCounts[] {
  // They were taken when the list of that day was; what is asked later is newer.
  const asOf = l.day ? Date.parse(l.day) + DAY_MS : 0;
  const given = {
    source: COUNTED_BY,
    votes: l.upvotes,
    comments: l.upvotes === undefined ? undefined : l.comments,
    stars: l.stars,
    asOf,
  };
  return l.counted ? [...l.counted, ...(l.stars === undefined ? [] : [{ stars: l.stars, asOf }])] : [given];
}

const DAY_MS = 86_400_000;

/** 'owner/name' from a GitHub address or name; undefined for anything else. */
export function repositoryName(text?: string): string | undefined {
  const match = /^(?:https?:\/\/(?:www\.)?github\.com\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?\/?(?:[?#].*)?$/.exec(
    text?.trim() ?? '',
  );
  return match?.[1];
}

/** An http(s) address as given; undefined for anything else. */
export function webAddress(text?: string): string | undefined {
  const trimmed = text?.trim();
  return trimmed && /^https?:\/\//i.test(trimmed) && URL.canParse(trimmed) ? trimmed : undefined;
}
